# Answers what it was not asked, and reads nothing.
$| = 1;
while (1) { print "{\"status\":\"OK\",\"metadata\":{}}\n"; select(undef, undef, undef, 0.02) }
