#!/bin/sh
# How many tests a build ran, and which it skipped and why. Called in the root folder, at the end of the build; counts
# only reports newer than the build's first step (target/build-started), not those of classes long gone.
set -eu
started=target/build-started
[ -e "$started" ] || exit 0
find . -path '*/target/surefire-reports/TEST-*.xml' -newer "$started" -exec cat {} + | awk '
    function attribute(name) { # of the tag in $0, its entities decoded
        if (!match($0, " " name "=\"[^\"]*\"")) return ""
        value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
        gsub(/&lt;/, "<", value); gsub(/&gt;/, ">", value); gsub(/&quot;/, "\"", value)
        gsub(/&apos;/, "\047", value); gsub(/&#10;/, " ", value); gsub(/&amp;/, "\\&", value)
        return value
    }
    /<testsuite / { classes++; tests += attribute("tests"); skipped += attribute("skipped") }
    /<testcase /  { test = attribute("classname") "." attribute("name") }
    /<skipped/ { # the reason is an attribute, or follows the name of an exception
        reason = attribute("message")
        if (reason == "" && sub(/.*<!\[CDATA\[[^:]*: */, "")) reason = $0
        reasons = reasons "\n  skipped: " test ": " reason
    }
    END { if (tests == 0) print "Tests: none ran"; else printf "Tests: %d in %d classes, %d of them skipped%s\n", tests, classes, skipped, reasons }'
