package org.espalier.data.digits;

import java.util.List;
import org.espalier.data.SplitMix64;
import org.espalier.data.digits.Skeletons.Point;
import org.espalier.data.digits.Skeletons.Skeleton;
import org.espalier.data.digits.Skeletons.Stroke;

/**
 * One writer's hand: how a skeleton is scaled, slanted, turned, bent and shifted, all at random. Distances are in
 * pixels. The ranges are chosen so that a softmax regression stays under 95 % and a small convolutional network passes
 * 98 %; the quick half of that is a test.
 */
final class Sketch {
    /** Straight pieces between two control points of a smooth stroke. */
    private static final int PIECES = 6;

    private final SplitMix64 random;
    private final double jitter;
    private final double width;
    private final double height;
    private final double slant;
    private final double cos;
    private final double sin;
    private final double shiftX;
    private final double shiftY;
    private final double[] bend = new double[6];

    /** A hand drawn from the generator, which goes on to move each control point. */
    Sketch(SplitMix64 random) {
        this.random = random;
        this.jitter = 0.035;
        this.height = random.uniform(16, 20.5);
        this.width = height * random.uniform(0.5, 0.85);
        this.slant = 0.22 * random.bell();
        double half = 0.07 * random.bell();
        // A rotation by 2 atan(half), without a trigonometric function: rational points of the circle.
        this.cos = (1 - half * half) / (1 + half * half);
        this.sin = 2 * half / (1 + half * half);
        this.shiftX = 14 + 0.95 * random.bell();
        this.shiftY = 14 + 0.95 * random.bell();
        for (int i = 0; i < bend.length; i++) {
            bend[i] = 0.11 * random.bell();
        }
    }

    /** Inks the skeleton with this hand. */
    void draw(Skeleton skeleton, Pen pen) {
        for (Stroke stroke : skeleton.strokes()) {
            List<Point> points = stroke.points().stream().map(this::moved).toList();
            if (stroke.smooth()) {
                smooth(points, pen);
            } else {
                for (int i = 1; i < points.size(); i++) {
                    straight(points.get(i - 1), points.get(i), pen);
                }
            }
        }
    }

    private Point moved(Point point) {
        return new Point(point.x() + jitter * random.bell(), point.y() + jitter * random.bell());
    }

    /** In pieces too, because bending makes a curve of a straight line. */
    private void straight(Point from, Point to, Pen pen) {
        Point last = placed(from.x(), from.y());
        for (int k = 1; k <= PIECES; k++) {
            double t = (double) k / PIECES;
            Point next = placed(from.x() + t * (to.x() - from.x()), from.y() + t * (to.y() - from.y()));
            pen.line(last.x(), last.y(), next.x(), next.y());
            last = next;
        }
    }

    /** A Catmull-Rom curve: through all points, its direction at each given by the neighbours. */
    private void smooth(List<Point> points, Pen pen) {
        int n = points.size();
        Point last = placed(points.getFirst().x(), points.getFirst().y());
        for (int i = 0; i + 1 < n; i++) {
            Point a = points.get(Math.max(i - 1, 0));
            Point b = points.get(i);
            Point c = points.get(i + 1);
            Point d = points.get(Math.min(i + 2, n - 1));
            for (int k = 1; k <= PIECES; k++) {
                double t = (double) k / PIECES;
                Point next =
                        placed(catmullRom(a.x(), b.x(), c.x(), d.x(), t), catmullRom(a.y(), b.y(), c.y(), d.y(), t));
                pen.line(last.x(), last.y(), next.x(), next.y());
                last = next;
            }
        }
    }

    private static double catmullRom(double a, double b, double c, double d, double t) {
        return 0.5 * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d))));
    }

    /** From the unit box to pixels: bend (a quadratic field), scale, slant, turn, shift. */
    private Point placed(double boxX, double boxY) {
        double u = 2 * boxX - 1;
        double v = 2 * boxY - 1;
        double bentX = u + bend[0] * v * v + bend[1] * u * v + bend[2] * (u * u - 0.5);
        double bentY = v + bend[3] * u * u + bend[4] * u * v + bend[5] * (v * v - 0.5);
        double y = 0.5 * height * bentY;
        double x = 0.5 * width * bentX - slant * y;
        return new Point(shiftX + cos * x - sin * y, shiftY + sin * x + cos * y);
    }
}
