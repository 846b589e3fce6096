package org.espalier.data.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.espalier.data.BadDataException;
import org.espalier.data.Framing;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path folder;

    private void put(String place, String picture) throws Exception {
        Path target = folder.resolve(place);
        Files.createDirectories(target.getParent());
        Files.write(target, PictureFileTest.resource(picture));
    }

    private void small() throws Exception {
        put("train/dog/2.jpg", "444.jpg");
        put("train/dog/1.PNG", "rgb8t.png");
        put("train/cat/a.jpeg", "grey.jpg");
        put("train/cat/notes.txt", "pillow.txt");
        put("train/cat/.hidden.jpg", "grey.jpg");
        put("val/cat/b.png", "rgba8.png");
        put("val/dog/c.jpg", "420.jpg");
    }

    private String fault() {
        String message = assertThrows(BadDataException.class, () -> ImageFolder.read(folder)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void classesAndFilesAreInTheOrderOfTheirNames() throws Exception {
        small();
        assertTrue(ImageFolder.present(folder));
        ImageFolder set = ImageFolder.read(folder);
        assertEquals(List.of("cat", "dog"), set.classNames());
        assertEquals(3, set.train().count());
        assertArrayEquals(new int[] {1, 2}, set.train().classCounts());
        assertEquals(List.of(0, 1, 1), List.of(set.train().label(0), set.train().label(1), set.train().label(2)));
        assertEquals(Shape.of(3, 224, 224), set.sampleShape());
        set.train().read(1, picture -> assertEquals(List.of(1, 2, 3, 4),
                List.of(picture.at(0, 0, 0), picture.at(1, 0, 0), picture.at(2, 0, 0), picture.at(0, 0, 1)), "1.PNG"));
        set.train().slice(2, 3).read(0, picture -> assertEquals(9, picture.width(), "2.jpg"));
        // 1 row of 2 columns framed to 1 x 1: the middle column by rounding 0.5 to even, the first.
        assertEquals(1, ImageFolder.read(folder, Framing.exactly(1)).train().pixel(1, 0));
        assertTrue(set.description().contains("2 classes, 3 and 2 images"), set.description());
        assertEquals(set, ImageFolder.read(folder));
        assertFalse(set.train().inMemory());
    }

    /** With {@code sha256sum}, say, of the lines that the Javadoc promises. */
    @Test
    void theChecksumIsOverNamesAndSizes() throws Exception {
        small();
        StringBuilder lines = new StringBuilder();
        for (String file : List.of("train/cat/a.jpeg", "train/dog/1.PNG", "train/dog/2.jpg", "val/cat/b.png",
                "val/dog/c.jpg")) {
            lines.append(file).append('\t').append(Files.size(folder.resolve(file))).append('\n');
        }
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(lines.toString().getBytes(StandardCharsets.UTF_8));
        ImageFolder set = ImageFolder.read(folder);
        assertEquals(HexFormat.of().formatHex(hash), set.checksum());
        Files.move(folder.resolve("val/dog/c.jpg"), folder.resolve("val/dog/d.jpg"));
        assertNotEquals(set.checksum(), ImageFolder.read(folder).checksum());
    }

    @Test
    void classesAloneAreASetToTestOn() throws Exception {
        put("cat/b.png", "rgba8.png");
        put("dog/c.jpg", "420.jpg");
        assertTrue(ImageFolder.present(folder));
        ImageFolder set = ImageFolder.read(folder);
        assertEquals(0, set.train().count());
        assertEquals(2, set.test().count());
        assertEquals(2, set.classes());
    }

    @Test
    void whatDoesNotFitIsNamed() throws Exception {
        assertFalse(ImageFolder.present(folder));
        assertEquals(folder + ": holds no classes, expected a folder of images for each", fault());
        Files.createDirectories(folder.resolve("train"));
        assertTrue(ImageFolder.present(folder), "it claims to be one");
        assertEquals(folder + ": has a folder train, but none to test on, expected val", fault());
        Files.createDirectories(folder.resolve("val"));
        assertEquals(folder.resolve("train") + ": holds no classes, expected a folder of images for each", fault());
        small();
        put("val/bird/d.jpg", "420.jpg");
        assertEquals(folder.resolve("val") + ": class bird is not among those that are trained on; 3 classes, expected "
                + "2", fault());
        put("train/bird/d.jpg", "420.jpg");
        put("train/cow/d.jpg", "420.jpg");
        assertEquals(folder.resolve("val") + ": has no folder for class cow that is trained on; 3 classes, expected 4",
                fault());
        Files.createDirectories(folder.resolve("val/cow"));
        assertEquals(folder.resolve("val/cow") + ": holds no images, expected JPEG or PNG files", fault());
    }

    @Test
    void brokenFilesAreNamedWhenRead() throws Exception {
        small();
        put("train/cat/a.jpeg", "pillow.txt");
        ImageFolder set = ImageFolder.read(folder);
        String message = assertThrows(BadDataException.class, () -> set.train().pixel(0, 0)).getMessage();
        assertEquals(folder.resolve("train/cat/a.jpeg") + ": is neither JPEG nor PNG", message);
    }

    private void tiny() throws Exception {
        Files.writeString(folder.resolve("wnids.txt"), "n2\nn1\n");
        put("train/n1/images/n1_0.JPEG", "444.jpg");
        put("train/n1/images/n1_1.JPEG", "grey.jpg");
        put("train/n2/images/n2_0.JPEG", "420.jpg");
        put("val/images/val_0.JPEG", "420.jpg");
        put("val/images/val_1.JPEG", "rgb.jpg");
        Files.writeString(folder.resolve("val/val_annotations.txt"),
                "val_1.JPEG\tn1\t0\t0\t62\t62\nval_0.JPEG\tn2\t1\t2\t3\t4\n");
    }

    private String tinyFault() {
        String message = assertThrows(BadDataException.class, () -> TinyImageNet.read(folder)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void tinyImageNetHasItsOwnLayout() throws Exception {
        tiny();
        assertEquals(Optional.of(folder), TinyImageNet.find(folder));
        assertFalse(ImageFolder.present(folder), "it is no set of the other kind");
        TinyImageNet set = TinyImageNet.read(folder);
        assertEquals(List.of("n1", "n2"), set.classNames());
        assertArrayEquals(new int[] {2, 1}, set.train().classCounts());
        assertEquals(List.of(1, 0), List.of(set.test().label(0), set.test().label(1)));
        assertEquals(Shape.of(3, 64, 64), set.sampleShape());
        set.test().read(1, picture -> assertEquals(9, picture.width(), "val_1.JPEG"));
        assertTrue(set.description().startsWith("set in the layout of Tiny ImageNet, 2 classes, 3 and 2 images"),
                set.description());
    }

    @Test
    void tinyImageNetsPartsMustFit() throws Exception {
        tiny();
        Path wnids = folder.resolve("wnids.txt");
        Path annotations = folder.resolve("val/val_annotations.txt");
        Files.writeString(wnids, "n1\n");
        assertEquals(wnids + ": does not name class n2 of folder train; 1 classes, expected 2", tinyFault());
        Files.writeString(wnids, "n1\nn2\nn3\n");
        assertEquals(folder.resolve("train") + ": has no folder for class n3 of wnids.txt; 2 classes, expected 3",
                tinyFault());
        Files.writeString(wnids, "n1\nn2\nn1\n");
        assertEquals(wnids + ": names a class twice", tinyFault());
        Files.write(wnids, new byte[] {(byte) 0xff});
        assertEquals(wnids + ": is no text in UTF-8", tinyFault());
        Files.writeString(wnids, "n1\nn2\n");
        String text = Files.readString(annotations);
        for (int length = 0; length < text.length(); length++) {
            Files.writeString(annotations, text.substring(0, length));
            // A line is whole once its class is.
            if (text.substring(length).lines().count() > 1 || length < text.length() - "\t1\t2\t3\t4\n".length()) {
                assertTrue(tinyFault().startsWith(annotations + ": "), "cut at " + length);
            }
        }
        Files.writeString(annotations, text.replace("n2", "n9"));
        assertEquals(annotations + ": val_0.JPEG is of class n9, which is not in wnids.txt", tinyFault());
        Files.writeString(annotations, text.replace("val_0", "val_7"));
        assertEquals(annotations + ": does not name the class of val_0.JPEG", tinyFault());
        Files.writeString(annotations, text + text);
        assertTrue(tinyFault().contains("line 'val_1.JPEG\tn1"), "named twice");
        Files.delete(annotations);
        assertEquals(annotations + ": no such file", tinyFault());
    }

    /** 200 classes claim to be the whole set, which has 500 images of each. */
    @Test
    void tinyImageNetOf200ClassesMustBeWhole() throws Exception {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String name = "n%03d".formatted(i);
            names.append(name).append('\n');
            Files.write(Files.createDirectories(folder.resolve("train/" + name + "/images")).resolve("0.JPEG"),
                    new byte[1]);
        }
        Files.writeString(folder.resolve("wnids.txt"), names);
        Files.createDirectories(folder.resolve("val/images"));
        Files.writeString(folder.resolve("val/val_annotations.txt"), "");
        assertEquals(folder.resolve("train") + ": 1 images of class n000, expected 500 of each of 200 classes",
                tinyFault());
    }
}
