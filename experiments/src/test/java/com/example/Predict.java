package com.example;

import java.nio.file.Path;
import org.espalier.data.digits.Digits;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;

public class Predict {
    public static void main(String[] args) {
        float[] pixels = firstTestDigit();
        Model model = ModelFile.load(Path.of(args.length > 0 ? args[0] : "pruned.safetensors"), Backends.openDefault());
        Tensor image = Tensor.of(model.backend(), Shape.of(1, 1, 28, 28), pixels);
        Tensor logits = model.predict(image);
        System.out.println("a " + logits.argMax(1).toInts()[0]);
    }

    private static float[] firstTestDigit() {
        var test = Digits.load().test();
        float[] pixels = new float[28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = test.pixel(0, i) / 255f;
        }
        return pixels;
    }
}
