package dev.quarry.container.item;

/** The scratch space is used up: by the file system's word or by the job's limit. */
final class DiskFullException extends RuntimeException {
    DiskFullException(String message) {
        super(message);
    }
}
