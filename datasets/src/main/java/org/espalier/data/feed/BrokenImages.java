package org.espalier.data.feed;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.espalier.data.BadDataException;

/**
 * The images of a set that cannot be read. Each is told by name once and left out; when they are more than one in a
 * hundred, or more than one of a smaller set, the set itself is no good.
 */
public final class BrokenImages {
    private static final int ONE_IN = 100;

    private final int images;
    private final Consumer<String> tell;
    private final SortedMap<Integer, String> reasons = new TreeMap<>();

    /**
     * @param images how many there are in the set
     * @param tell gets a line about each
     */
    public BrokenImages(int images, Consumer<String> tell) {
        this.images = images;
        this.tell = tell;
    }

    /**
     * Notes one, unless it is known already.
     *
     * @throws BadDataException if they are too many now
     */
    public synchronized void add(int image, BadDataException reason) {
        String line = String.valueOf(reason.getMessage());
        if (reasons.putIfAbsent(image, line) == null) {
            tell.accept(line);
        }
        if (reasons.size() > Math.max(1, images / ONE_IN)) {
            throw new BadDataException(reasons.size() + " of " + images + " images cannot be read, at most one in "
                    + ONE_IN + " may be broken; " + reasons.get(reasons.firstKey()), reason);
        }
    }

    /** What is wrong with each of them, in the order of the set. */
    public synchronized List<String> reasons() {
        return List.copyOf(reasons.values());
    }
}
