package dev.quarry.proxy.run;

/** What a run has looked at, as SQL: a listing that is not complete says nothing of the files that it did not come to. */
public final class ListedFiles {
    /**
     * Whether the run {@code r} has looked at the key of the file {@code f}, which are rows of their tables. In a scope that is open or has failed these are the
     * names up to its cursor; a run that was given keys has looked at those that it found.
     */
    public static final String BY_RUN = """
            (case when r.key_list is null
              then exists (select from quarry.scope s where s.tenant = f.tenant and s.run = r.id and s.folder = f.folder
                             and (s.begins = '' or s.begins < f.name) and (s.until is null or s.until >= f.name) and (s.state = 'COMPLETE' or s.after >= f.name))
              else exists (select from quarry.listed_key k where k.tenant = f.tenant and k.list = r.key_list and k.key_sha256 = f.key_sha256 and k.found) end)""";

    private ListedFiles() {}
}
