package org.espalier.bench.measure;

/**
 * A piece of work that two libraries can do.
 *
 * @param group what it belongs with, such as {@code sgemm}: the table prints a mean for each
 * @param name what it is
 * @param shape its sizes
 * @param flops floating-point operations of one call, a multiply-add being two
 * @param bytes what one call must read and write at least
 * @param images samples that one call handles; 0 where that says nothing
 */
public record Work(String group, String name, String shape, double flops, double bytes, int images) {
    /** True if memory and not arithmetic is the limit: fewer than 8 operations for each byte. */
    public boolean isBoundByMemory() {
        return flops < 8 * bytes;
    }

    @Override
    public String toString() {
        return group + " " + name + " " + shape;
    }
}
