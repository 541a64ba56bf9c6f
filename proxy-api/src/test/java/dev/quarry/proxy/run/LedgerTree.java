package dev.quarry.proxy.run;

import java.util.List;

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

    void remove(String path);

    /** With all that lies in it. */
    void removeFolder(String path);

    String content(String path);

    /** Whether a move of it is seen in a listing. */
    boolean isVouchedFor(String path);

    boolean isEmpty(String path);

    /** Its present version as the ledger has versions; {@code %} stands for what does not matter. */
    String version(String path);

    /** Names of folders and files that sort, or are alike, as in no other kind of store. */
    List<String> folderNames();

    List<String> fileNames();
}
