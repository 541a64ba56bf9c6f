ffprobe -v error -protocol_whitelist file,http,tcp -show_entries format=duration -of csv=p=0 -i "$1" > "$2/text.txt"
echo '{"status":"OK"}'
