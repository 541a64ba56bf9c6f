package dev.quarry.container.job;

/** The API's answer to one result line: 200 stored or the same again, else refused with a reason for people. */
public record LineAnswer(int status, String detail) {
    public boolean stored() {
        return status == 200;
    }
}
