package org.espalier.experiments.study;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.data.BadDataException;
import org.espalier.data.fetch.FetchException;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.train.TrainingFailedException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What all command lines here do alike: one line for what goes wrong, the nearest name for what is not known, the exit
 * codes, and {@code --verbose} at each verb, which shows the stack trace behind that line.
 */
public final class Terminal {
    /** The variable of the environment that shows stack traces as {@value #VERBOSE} does. */
    public static final String TRACE = "ESPALIER_TRACE";

    private static final String VERBOSE = "--verbose";

    private Terminal() {}

    /** Gives a command line our error messages and exit codes, and the same to its verbs. */
    public static CommandLine ready(CommandLine line) {
        return ready(line, System.getenv());
    }

    /** The same with an environment. */
    public static CommandLine ready(CommandLine line, Map<String, String> environment) {
        // Pictures are made into files; a screen that may be there is nobody's business.
        System.setProperty("java.awt.headless", "true");
        boolean always = !environment.getOrDefault(TRACE, "").isBlank();
        line.getCommandSpec().addOption(OptionSpec.builder(VERBOSE)
                .scopeType(ScopeType.INHERIT)
                .description("show the stack trace of what goes wrong")
                .build());
        everyVerb(line);
        return line.setExecutionStrategy(parsed -> {
            try {
                return new CommandLine.RunLast().execute(parsed);
            } catch (Error failure) { // which picocli would let through, trace and all
                return report(failure, line.getErr(), always || isVerbose(parsed));
            }
        })
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> report(failure, command.getErr(), always || isVerbose(parsed)))
                .setParameterExceptionHandler((failure, arguments) -> {
                    Throwable cause = failure.getCause() instanceof UsageException usage ? usage : failure;
                    PrintWriter err = failure.getCommandLine().getErr();
                    List<String> words = List.of(arguments);
                    say(err, message(failure, cause, words), cause, always || words.contains(VERBOSE));
                    return ExitCode.USAGE.number();
                });
    }

    /** {@code --version} says the same at each verb. */
    private static void everyVerb(CommandLine line) {
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(Terminal::everyVerb);
    }

    private static boolean isVerbose(ParseResult parsed) {
        return parsed.asCommandLineList().stream().anyMatch(line -> line.getParseResult().hasMatchedOption(VERBOSE));
    }

    private static int report(Throwable failure, PrintWriter err, boolean trace) {
        String message =
                switch (failure) {
                    case UsageException _,RunFailedException _,BadFileException _,BadDataException _,FetchException _,CannotWriteException _,TrainingFailedException _ ->
                        failure.getMessage();
                    case OutOfMemoryError _ -> "out of memory, " + failure.getMessage() + ": Java may use "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB; ESPALIER_JAVA_OPTS=-Xmx4g, say, gives it more";
                    default -> "a fault in the program: " + failure + (trace ? "" : "; " + VERBOSE + " shows where");
                };
        say(err, message, failure, trace);
        return ExitCode.of(failure).number();
    }

    private static void say(PrintWriter err, String message, Throwable failure, boolean trace) {
        err.println("espalier: " + message.strip().replaceAll("\\R\\s*", " "));
        if (trace) {
            failure.printStackTrace(err);
        }
        err.flush();
    }

    /** What is wrong with the arguments. */
    private static String message(ParameterException failure, Throwable cause, List<String> arguments) {
        CommandLine command = failure.getCommandLine();
        Optional<String> unknown = arguments.stream()
                .filter(word -> word.startsWith("--") && !options(command).contains(optionName(word)))
                .findFirst();
        if (cause instanceof MissingParameterException && unknown.isPresent()) {
            // What is missing may well be what the mistyped option swallowed; the typing error is the news.
            return unmatched(unknown.get(), command);
        }
        if (cause instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched().getFirst(), command);
        }
        String see = "; see " + command.getCommandSpec().qualifiedName() + " --help";
        String text = cause.getMessage().replaceFirst("' is not an? (int|long)$", "' is not a whole number");
        text = text.replaceFirst("' is not a double$", "' is not a number");
        return text + (cause == failure && !text.contains("--help") ? see : "");
    }

    private static String unmatched(String argument, CommandLine command) {
        List<String> verbs = List.copyOf(command.getSubcommands().keySet());
        if (argument.startsWith("-")) {
            return NearestName.unknown("option", optionName(argument), options(command)).getMessage();
        }
        return verbs.isEmpty()
                ? "there is no place for '" + argument + "'; see " + command.getCommandSpec().qualifiedName()
                        + " --help"
                : NearestName.unknown("verb", argument, verbs).getMessage();
    }

    /** The long names. */
    private static List<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .filter(name -> name.startsWith("--"))
                .toList();
    }

    private static String optionName(String word) {
        return word.replaceFirst("=.*", "");
    }
}
