package org.espalier.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;

/**
 * The driver library of a kind of GPU, looked for by the names it has on the systems we know. Nothing of it is called and
 * nothing stays loaded.
 *
 * @param kind what it drives, for messages
 * @param names file names to try, in order
 * @param entryPoint a function that the real library has
 */
record GpuDriverLibrary(String kind, List<String> names, String entryPoint) {
    static final GpuDriverLibrary CUDA =
            new GpuDriverLibrary("NVIDIA driver", List.of("libcuda.so.1", "libcuda.so", "nvcuda.dll"), "cuInit");
    static final GpuDriverLibrary OPENCL =
            new GpuDriverLibrary("OpenCL loader", List.of("libOpenCL.so.1", "libOpenCL.so", "OpenCL.dll"),
                    "clGetPlatformIDs");

    GpuDriverLibrary {
        names = List.copyOf(names);
    }

    boolean isHere() {
        for (String name : names) {
            try (Arena arena = Arena.ofConfined()) {
                if (SymbolLookup.libraryLookup(name, arena).find(entryPoint).isPresent()) {
                    return true;
                }
            } catch (IllegalArgumentException e) {
                // no library of this name: try the next
            }
        }
        return false;
    }

    /** One line: that it is missing, or that it is here but not used yet. */
    String report() {
        return isHere()
                ? kind + " found, but this version has no GPU kernels yet; the CPU is used"
                : "no " + kind + " on this machine (looked for " + String.join(", ", names) + ")";
    }
}
