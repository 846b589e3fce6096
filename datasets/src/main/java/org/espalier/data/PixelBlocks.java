package org.espalier.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.tensor.shape.Shape;

/**
 * Images in memory, in the records of the files that they came from: nothing is copied out of a file's bytes. Each
 * record is a few bytes of another kind, such as labels, then the pixels as {@code [channels,height,width]}.
 */
public final class PixelBlocks implements Pixels {
    private final List<byte[]> blocks;

    /** The number of the first image of each block, and at last the number of images. */
    private final int[] starts;

    private final int head;
    private final Shape shape;
    private final int record;

    /**
     * @param blocks whole records each, kept and not copied
     * @param head bytes of a record before its pixels
     * @param shape of each image, {@code [channels,height,width]}
     * @throws IllegalArgumentException if a block is not made of whole records
     */
    public PixelBlocks(List<byte[]> blocks, int head, Shape shape) {
        if (shape.rank() != 3) {
            throw new IllegalArgumentException("images of shape " + shape + ", expected [channels,height,width]");
        }
        this.blocks = new ArrayList<>(blocks);
        this.head = head;
        this.shape = shape;
        this.record = head + shape.size();
        this.starts = new int[blocks.size() + 1];
        for (int i = 0; i < blocks.size(); i++) {
            int bytes = blocks.get(i).length;
            if (bytes % record != 0) {
                throw new IllegalArgumentException("images of shape [channels,height,width] = " + shape
                        + " in records of " + record + " bytes do not fill " + bytes + " bytes");
            }
            starts[i + 1] = Math.addExact(starts[i], bytes / record);
        }
    }

    @Override
    public int count() {
        return starts[starts.length - 1];
    }

    @Override
    public int channels() {
        return shape.axis(0);
    }

    @Override
    public Optional<Shape> shape() {
        return Optional.of(shape);
    }

    @Override
    public void read(int image, Consumer<Picture> use) {
        int block = block(image);
        use.accept(Picture.planar(blocks.get(block), offset(image, block), shape.axis(0), shape.axis(1),
                shape.axis(2)));
    }

    @Override
    public boolean inMemory() {
        return true;
    }

    private int block(int image) {
        Objects.checkIndex(image, count());
        int block = 0;
        while (image >= starts[block + 1]) {
            block++;
        }
        return block;
    }

    private int offset(int image, int block) {
        return (image - starts[block]) * record + head;
    }

    /** Whether {@code count} images from {@code first} on are the other's from {@code otherFirst} on. */
    boolean same(int first, PixelBlocks other, int otherFirst, int count) {
        if (!shape.equals(other.shape)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int mine = block(first + i);
            int theirs = other.block(otherFirst + i);
            int at = offset(first + i, mine);
            int otherAt = other.offset(otherFirst + i, theirs);
            if (!Arrays.equals(blocks.get(mine), at, at + shape.size(), other.blocks.get(theirs), otherAt,
                    otherAt + shape.size())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PixelBlocks set && count() == set.count() && same(0, set, 0, count());
    }

    /** Of the form alone: the images are many. */
    @Override
    public int hashCode() {
        return Objects.hash(count(), shape);
    }
}
