package org.espalier.nn.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The networks that come along, by name and alias. The name says the family, the depth and the data; a network whose form is
 * one paper's own has its name from the list of the papers' networks.
 */
public final class Networks {
    private static final Map<String, Supplier<Network>> BY_NAME = new LinkedHashMap<>();
    private static final Map<String, String> ALIASES = new LinkedHashMap<>();

    static {
        add("lenet-300-100", LeNet::lenet300, "lenet300");
        add("lenet-5-caffe", () -> LeNet.lenet5(true), "lenet5");
        add("lenet-5-caffe-linear-conv", () -> LeNet.lenet5(false));
        add("lenet-5-cifar10", LeNet::lenet5Cifar10);
        add("alexnet", AlexNet::caffe);
        add("alexnet-cifar10", AlexNet::cifar10);
        add("alexnet-torchvision", AlexNet::torchvision);
        for (int depth : List.of(16, 19)) {
            add("vgg-" + depth + "-imagenet", () -> Vgg.imageNet(depth, false), "vgg" + depth);
            add("vgg-" + depth + "-bn-imagenet", () -> Vgg.imageNet(depth, true), "vgg" + depth + "_bn");
        }
        add("vgg-16-cifar10-chip", Vgg::chip);
        add("vgg-16-cifar10-effsp", () -> Vgg.effectiveSparsity("vgg-16-cifar10-effsp", 16, 10));
        add("vgg-19-cifar100", () -> Vgg.effectiveSparsity("vgg-19-cifar100", 19, 100));
        for (int depth : List.of(16, 19)) {
            add("vgg-" + depth + "-cifar10", () -> Vgg.cifar(depth, 10, false));
            add("vgg-" + depth + "-bn-cifar10", () -> Vgg.cifar(depth, 10, true));
        }
        for (int depth : List.of(18, 34)) {
            add("resnet-" + depth + "-tinyimagenet", () -> ResNet.effectiveSparsity(depth));
            add("resnet-" + depth + "-tinyimagenet-usual", () -> ResNet.tinyImageNet(depth));
        }
        for (int depth : List.of(20, 32, 44, 56, 110)) {
            String name = "resnet-" + depth + "-cifar";
            add(name + 10, () -> ResNet.cifar(depth, 10, ResNet.Shortcut.OPTION_A), "resnet" + depth);
            add(name + 10 + "-option-b", () -> ResNet.cifar(depth, 10, ResNet.Shortcut.OPTION_B));
            add(name + 100, () -> ResNet.cifar(depth, 100, ResNet.Shortcut.OPTION_A));
            add(name + 100 + "-option-b", () -> ResNet.cifar(depth, 100, ResNet.Shortcut.OPTION_B));
        }
        for (int depth : List.of(18, 34, 50)) {
            add("resnet-" + depth + "-imagenet", () -> ResNet.imageNet(depth), "resnet" + depth);
        }
        add("mobilenet-v2-imagenet", MobileNetV2::imageNet, "mobilenetv2", "mobilenet_v2");
    }

    private static void add(String name, Supplier<Network> network, String... aliases) {
        BY_NAME.put(name, network);
        for (String alias : aliases) {
            ALIASES.put(alias, name);
        }
    }

    private Networks() {}

    /** The names, without aliases. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** Alias to name. */
    public static Map<String, String> aliases() {
        return Map.copyOf(ALIASES);
    }

    /**
     * A network by name or alias.
     *
     * @throws IllegalArgumentException if there is none, listing the names
     */
    public static Network named(String name) {
        Supplier<Network> supplier = BY_NAME.get(ALIASES.getOrDefault(name, name));
        if (supplier == null) {
            throw new IllegalArgumentException(
                    "unknown network '" + name + "'; there are " + String.join(", ", BY_NAME.keySet())
                            + ", also called " + String.join(", ", ALIASES.keySet()));
        }
        return supplier.get();
    }
}
