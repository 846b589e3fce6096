/**
 * Networks for other runtimes, as ONNX files (<a href="https://onnx.ai">onnx.ai</a>).
 *
 * <p>{@link OnnxExport} runs a batch through the model and writes down the primitives that a tape records on the way, one
 * by one. So it asks no layer what it is: a layer of a user's own is exported like any other, by what it computes. What
 * hangs on the weights alone, and not on the batch, is not on the tape and becomes a constant of the file.
 *
 * <p>It does so twice, with batches of two sizes (a {@link Twin} of each operation): the axes that differ are the batch's,
 * and stay open in the file. Constants that differ would be results of the batch that the tape did not see; they are
 * refused rather than frozen. {@link CoreOperators} says each core primitive in ONNX's operators, {@link FusedOperators}
 * those fused ones that ONNX has too; all others go through their lowering. What ONNX can't say is refused by the name of
 * the layer and the primitive.
 */
@NullMarked
package org.espalier.nn.io.onnx;

import org.jspecify.annotations.NullMarked;
