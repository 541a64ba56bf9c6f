package dev.quarry.proxy.run;

import java.util.List;
import java.util.Optional;

/** A store whose files a test puts, moves and removes by their keys. Keys are text. */
interface LedgerTree {
    /** As the product has it. */
    TestStore store();

    List<String> files();

    /** Whether a file may be put or moved there. */
    boolean isFree(String path);

    void put(String path, String content);

    /** The same file under another key, which is free and so are its folders. */
    void move(String from, String to);

    /** The same bytes under a free key as well, with one identity if the file has one. */
    void copy(String from, String to);

    void remove(String path);

    /** With all that lies in it. */
    void removeFolder(String path);

    String content(String path);

    /** As the ledger has it; empty if the store vouches for nothing. */
    Optional<String> identity(String path);

    boolean isEmpty(String path);

    /** Its present version, as the ledger has versions. */
    String version(String path);

    /** Names of folders and files that sort, or are alike, as in no other kind of store. */
    List<String> folderNames();

    List<String> fileNames();
}
