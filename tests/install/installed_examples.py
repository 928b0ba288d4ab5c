#!/usr/bin/env python3
"""installed_examples.py BUILD: what `cmake --install` leaves is enough for the examples, and for nothing else.

Installs BUILD into a fresh folder, builds examples/embed against it as a user would (find_package), examples/embed_c
by pkg-config, runs both, and compiles every installed header alone.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def run(*words, exits=0, **kwargs):
    words = [str(w) for w in words]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=280, **kwargs)
    if done.returncode != exits:
        sys.exit(f"{' '.join(words)}\nexits with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check_headers(include):
    for header in sorted(include.rglob("*.h")):
        name = header.relative_to(include)
        run("c++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", include, "-x", "c++", "-",
            input=f"#include <{name}>\n")
    c_header = include / "ward" / "ward.h"
    if c_header.is_file():
        run("cc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", include, "-x", "c", "-",
            input="#include <ward/ward.h>\n")


def check_cmake_example(prefix, folder):
    build = folder / "embed"
    run("cmake", "-S", TOP / "examples/embed", "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", build)
    if not run(build / "embed", cwd=folder).strip():
        sys.exit("examples/embed prints nothing")


def check_c_example(prefix, folder, library):
    sources = sorted((TOP / "examples/embed_c").glob("*.c"))
    env = dict(os.environ, PKG_CONFIG_PATH=str(library / "pkgconfig"), LD_LIBRARY_PATH=str(library))
    flags = run("pkg-config", "--cflags", "--libs", "ward", env=env).split()
    run("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", *sources, "-o", folder / "embed_c", *flags)
    run(prefix / "bin" / "ward", "compile", TOP / "examples/gateway", "-o", folder / "gateway.wardc")
    # Without its live tables the bundle refuses; the example says which test was in doubt, and for want of what.
    question = ["gateway.wardc", "GET", "api.example.com", "/orders", "orders:read"]
    answer = run(folder / "embed_c", *question, exits=1, cwd=folder, env=env)
    if any(part not in answer for part in ["refused", "in doubt", "\n=> ", "clients (not loaded)"]):
        sys.exit(f"examples/embed_c prints\n{answer}")


def main():
    with tempfile.TemporaryDirectory(prefix="installed") as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        run("cmake", "--install", sys.argv[1], "--prefix", prefix)
        library = next(prefix.rglob("libward.so")).parent
        check_headers(prefix / "include")
        check_cmake_example(prefix, folder)
        check_c_example(prefix, folder, library)
        run(prefix / "bin" / "ward", "version")
    return 0


if __name__ == "__main__":
    sys.exit(main())
