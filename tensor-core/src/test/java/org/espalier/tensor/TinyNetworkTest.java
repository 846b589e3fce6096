package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden numbers of a 2-2-2 network without biases, ReLU hidden, mean softmax cross-entropy over x = (1,2), class 0 and
 * x = (-1,1), class 1: the loss, its gradient g, and the Hessian-vector product H g with g held constant, which is what
 * GraSP (Wang, Zhang and Grosse 2020) scores weights by. Worked out with dual numbers (Pearlmutter 1994).
 */
class TinyNetworkTest {
    private static final double[] W1 = {0.5, 0.25, -0.5, 1.0};
    private static final double[] W2 = {1.0, -0.5, 0.25, 0.75};
    private static final double LOSS = 0.774412596927;
    private static final double[] G1 = {-0.283093120075, -0.566186240151, 0.554924516916, 0.860541083461};
    private static final double[] G2 = {-0.377457493434, -0.466463060002, 0.377457493434, 0.466463060002};
    private static final double[] HG1 = {-0.135569137457, -0.271138274913, 0.986669415948, 2.17233772928};
    private static final double[] HG2 = {-0.0264118439805, -1.83383969953, 0.0264118439805, 1.83383969953};

    static Stream<Backend> backends() {
        return Stream.of(new ReferenceBackend(), Backends.open("cpu"));
    }

    private record Losses(Tape tape, List<Tensor> weights, Tensor loss) {}

    private static Losses forward(Backend backend, DType type, double temperature) {
        Spec square = Spec.of(type, 2, 2);
        Tape tape = new Tape();
        Tensor w1 = tape.watch(Tensor.of(backend, square, W1));
        Tensor w2 = tape.watch(Tensor.of(backend, square, W2));
        Tensor x = Tensor.of(backend, square, 1, 2, -1, 1);
        Tensor logits = x.matmul(w1, false, true).relu().matmul(w2, false, true).times(1 / temperature);
        Tensor loss = Tensor.apply(new Fused.CrossEntropy(0), logits, Tensor.of(backend, Shape.of(2), 0, 1)).get(0);
        return new Losses(tape, List.of(w1, w2), loss);
    }

    private static List<Tensor> hessianTimesGradient(Losses net) {
        List<Tensor> g = net.tape().differentiableGradient(net.loss(), net.weights());
        Tensor product = g.get(0).times(g.get(0).detach()).sumAll().plus(g.get(1).times(g.get(1).detach()).sumAll());
        return net.tape().gradient(product, net.weights());
    }

    private static void assertClose(double[] expected, Tensor actual, double relative) {
        double[] values = actual.toDoubles();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], values[i], relative * Math.abs(expected[i]), "element " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void lossGradientAndHessianInDoublePrecision(Backend backend) {
        Losses net = forward(backend, DType.F64, 1);
        assertEquals(LOSS, net.loss().item(), 1e-9 * LOSS);
        List<Tensor> g = net.tape().gradient(net.loss(), net.weights());
        assertClose(G1, g.get(0), 1e-9);
        assertClose(G2, g.get(1), 1e-9);
        List<Tensor> recorded = net.tape().differentiableGradient(net.loss(), net.weights());
        assertClose(G1, recorded.get(0), 1e-9);
        assertClose(G2, recorded.get(1), 1e-9);
        List<Tensor> hg = hessianTimesGradient(net);
        assertClose(HG1, hg.get(0), 1e-9);
        assertClose(HG2, hg.get(1), 1e-9);
    }

    /** S = -w (H g) with the logits divided by 200: tiny numbers, where a lost digit would show. */
    @ParameterizedTest
    @MethodSource("backends")
    void scoresAtTemperature200(Backend backend) {
        Losses net = forward(backend, DType.F64, 200);
        assertEquals(0.692217151240, net.loss().item(), 1e-9);
        List<Tensor> hg = hessianTimesGradient(net);
        Tensor s1 = net.weights().get(0).detach().times(hg.get(0)).negate();
        Tensor s2 = net.weights().get(1).detach().times(hg.get(1)).negate();
        assertClose(new double[] {-1.55498451375e-06, -1.55498451375e-06, 6.6003632481e-08, -1.36926377725e-07}, s1,
                1e-9);
        assertClose(new double[] {-5.84886855211e-06, -4.92394807594e-06, 1.46221713803e-06, -7.38592211391e-06}, s2,
                1e-9);
    }

    /** The same in F32, to a few roundings of it. */
    @ParameterizedTest
    @MethodSource("backends")
    void lossGradientAndHessianInSinglePrecision(Backend backend) {
        Losses net = forward(backend, DType.F32, 1);
        assertEquals(LOSS, net.loss().item(), 1e-6);
        List<Tensor> g = net.tape().gradient(net.loss(), net.weights());
        assertClose(G1, g.get(0), 3e-6);
        assertClose(G2, g.get(1), 3e-6);
        List<Tensor> hg = hessianTimesGradient(net);
        assertClose(HG1, hg.get(0), 2e-5);
        assertClose(HG2, hg.get(1), 2e-5);
    }
}
