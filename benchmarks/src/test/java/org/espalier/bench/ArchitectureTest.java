package org.espalier.bench;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Imports run downwards only. Maven's module graph stops the coarse mistakes; these rules guard the finer ones. Here,
 * because this module sees all others. Each rule must hold in the product, and must catch a class that breaks it: such
 * classes are made of nothing but a name and one field, so that no library has to be there for it.
 */
class ArchitectureTest {
    /** Which packages (and those below) the classes of each module may name, besides their own. */
    private static final Map<String, Set<String>> MAY_NAME = Map.of(
            "tensor", Set.of(),
            "gpu", Set.of("tensor"),
            "nn", Set.of("tensor"),
            "data", Set.of("tensor"),
            "prune", Set.of("tensor", "nn"),
            "experiments", Set.of("tensor", "nn", "prune", "data"),
            "bench", Set.of("tensor", "nn", "prune", "data", "experiments"));

    /** Libraries that one package alone may name: all that a user of Espalier can do without. */
    private static final Map<String, String> CONFINED = Map.of(
            "jcuda", "org.espalier.gpu.driver",
            "org.jocl", "org.espalier.gpu.driver",
            "ai.onnx", "org.espalier.nn.io.onnx",
            "com.google.protobuf", "org.espalier.nn.io.onnx",
            "jdk.incubator.vector", "org.espalier.tensor.cpu");

    private static final ArchRule NO_CYCLES = slices().matching("org.espalier.(**)").should().beFreeOfCycles();

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(place -> !place.contains("/test-classes/") && !place.contains("-tests.jar"))
            .importPackages("org.espalier");

    @TempDir
    private Path folder;

    /** Nobody names a module but those above it. */
    private static ArchRule onlyNamedFromAbove(String module) {
        String[] allowed = MAY_NAME.keySet().stream()
                .filter(other -> other.equals(module) || MAY_NAME.get(other).contains(module))
                .map(other -> "org.espalier." + other + "..").toArray(String[]::new);
        return noClasses().that().resideOutsideOfPackages(allowed)
                .should().dependOnClassesThat().resideInAPackage("org.espalier." + module + "..");
    }

    private static ArchRule confined(String library) {
        return noClasses().that().resideOutsideOfPackage(CONFINED.get(library) + "..")
                .should().dependOnClassesThat().resideInAPackage(library + "..");
    }

    /** The class file of a class that names another one. */
    private Path plant(String name, String named) throws IOException {
        byte[] bytes = ClassFile.of().build(ClassDesc.of(name),
                builder -> builder.withField("named", ClassDesc.of(named), ACC_PUBLIC));
        return Files.write(folder.resolve(name + ".class"), bytes);
    }

    /** Whether a rule catches these classes; a bystander of no module keeps the rule from being empty. */
    private boolean catches(ArchRule rule, Path... planted) throws IOException {
        List<Path> files = new ArrayList<>(List.of(planted));
        files.add(plant("org.espalier.Bystander", "java.lang.String"));
        JavaClasses classes = new ClassFileImporter().importPaths(files);
        assertEquals(files.size(), classes.size());
        return rule.evaluate(classes).hasViolation();
    }

    /** All but tensor, which all may name. */
    static Stream<String> modules() {
        return MAY_NAME.keySet().stream().filter(module -> !module.equals("tensor")).sorted();
    }

    static Stream<String> libraries() {
        return CONFINED.keySet().stream().sorted();
    }

    static Stream<Arguments> pairsOfModules() {
        return MAY_NAME.keySet().stream().sorted()
                .flatMap(from -> modules().filter(to -> !to.equals(from)).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void modulesAreOnlyNamedFromAbove(String module) {
        onlyNamedFromAbove(module).check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void librariesStayInTheirPackage(String library) {
        confined(library).check(PRODUCT);
    }

    @Test
    void packagesAreFreeOfCycles() {
        NO_CYCLES.check(PRODUCT);
    }

    /** A package by another name would pass every rule. */
    @Test
    void theProductIsSeen() {
        for (String module : MAY_NAME.keySet()) {
            assertTrue(PRODUCT.stream().anyMatch(resideInAPackage("org.espalier." + module + "..")), module);
        }
        assertTrue(PRODUCT.stream().anyMatch(type -> type.getPackageName().equals("org.espalier.tensor.cpu")
                && type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use -> use.getTargetClass().getPackageName().equals("jdk.incubator.vector"))));
    }

    @ParameterizedTest
    @MethodSource("pairsOfModules")
    void aModuleNamedFromBelowIsCaught(String from, String to) throws IOException {
        Path planted = plant("org.espalier." + from + ".deep.Lower", "org.espalier." + to + ".deeper.Upper");
        assertEquals(!MAY_NAME.get(from).contains(to), catches(onlyNamedFromAbove(to), planted));
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aLibraryNamedElsewhereIsCaught(String library) throws IOException {
        String type = library + ".Type";
        for (String place : List.of("org.espalier.tensor", "org.espalier.gpu", "org.espalier.nn.layer")) {
            assertTrue(catches(confined(library), plant(place + ".Planted", type)), place);
        }
        assertFalse(catches(confined(library), plant(CONFINED.get(library) + ".Planted", type)));
    }

    @Test
    void aCycleIsCaught() throws IOException {
        Path there = plant("org.espalier.nn.a.There", "org.espalier.nn.b.Back");
        Path back = plant("org.espalier.nn.b.Back", "org.espalier.nn.a.There");
        assertFalse(catches(NO_CYCLES, there));
        assertTrue(catches(NO_CYCLES, there, back));
    }
}
