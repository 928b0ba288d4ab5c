# ward_flags: warnings and sanitizers of our own code; never seen by users of the libraries.
add_library(ward_flags INTERFACE)
target_compile_options(ward_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum
  # Errors with the compilers that have been tried. A newer one may warn of what cannot be (g++ 14 does, of a vector's
  # memory), and must not keep anybody from building.
  $<$<OR:$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,14>>,$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,15>>>:-Werror>
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast> $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # g++ 12 reports overlaps in std::string that cannot be (GCC bug 105651), which depend on what it inlined.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

# Sanitizers must cover every object of a program, so they are global and not on ward_flags.
if(WARD_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(WARD_SANITIZE)
  add_compile_options(-fsanitize=${WARD_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WARD_SANITIZE})
  # Instrumented code hides from g++ 12 that a variant's member is set; its documentation warns of such false reports.
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
  if(WARD_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

# ward_module(<room> [SOURCES file...] [HEADERS file...] [DEPS room...] [LIBS target...])
# One target per room: ward_<room>, alias ward::<room>. Without SOURCES it is an interface library.
# DEPS are rooms, LIBS external targets; both are public. Includes are written from src/, include/ and,
# for generated files, from <build>/gen: "base/ids.h", <ward/error.h>, "bytecode/ward_generated.h".
function(ward_module room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;DEPS;LIBS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ward_module(${room}): what is `${arg_UNPARSED_ARGUMENTS}`?")
  endif()
  set(target ward_${room})
  set(scope PUBLIC)
  if(NOT arg_SOURCES)
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  else()
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:ward_flags>)
    if(WARD_CLANG_TIDY)
      set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${WARD_CLANG_TIDY_PROGRAM};--quiet")
    endif()
  endif()
  add_library(ward::${room} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${room})
  # The grammar lies at the top, so its includes read "grammar/ward.h".
  if(room STREQUAL "grammar")
    set(root "${PROJECT_SOURCE_DIR}")
  else()
    set(root "${PROJECT_SOURCE_DIR}/src")
  endif()
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${root}>)
  target_include_directories(${target} SYSTEM ${scope} $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/gen>)
  target_compile_features(${target} ${scope} cxx_std_20)
  list(TRANSFORM arg_DEPS PREPEND ward:: OUTPUT_VARIABLE deps)
  target_link_libraries(${target} ${scope} ward_public ${deps} ${arg_LIBS})
  if(WARD_VERIFY_HEADERS AND arg_HEADERS)
    add_library(${target}_headers INTERFACE)
    target_sources(${target}_headers INTERFACE FILE_SET HEADERS BASE_DIRS "${root}" FILES ${arg_HEADERS})
    target_link_libraries(${target}_headers INTERFACE ${target} ward_flags)
    set_target_properties(${target}_headers PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()
endfunction()

# Programs with their own main (the thing itself, examples, benchmarks) use this to get our warnings.
function(ward_program target)
  target_link_libraries(${target} PRIVATE ward_flags ward_public)
endfunction()

# What the preset tsan builds and runs: the tests with the label `threads`.
add_custom_target(ward_thread_tests)

# ward_test(NAME <room>_<what> SOURCES file... [DEPS room...] [LIBS target...] [LABELS label...])
# One GoogleTest program build/<...>/bin/<NAME>_test, one ctest entry; the cases inside are counted by tools/test.
# Labels that mean something to tools/test: `threads` (also run under the thread sanitizer), `integration` (needs real
# peers) and `once` (its result does not depend on how we were compiled) are not run under sanitizers. A test that can do less when the environment has WARD_TEST_SHORT=1 should.
function(ward_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT" "SOURCES;DEPS;LIBS;LABELS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "ward_test needs NAME and SOURCES; got `${ARGN}`")
  endif()
  set(target ${arg_NAME}_test)
  add_executable(${target} ${arg_SOURCES})
  list(TRANSFORM arg_DEPS PREPEND ward:: OUTPUT_VARIABLE deps)
  target_link_libraries(${target} PRIVATE ward_flags ward_public ${deps} ${arg_LIBS} GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE WARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${arg_NAME} COMMAND ${target})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(ward_thread_tests ${target})
  endif()
endfunction()

# ward_fuzz(NAME <what> SOURCES file... [DEPS room...] [LIBS target...] [CORPUS folder])
# A libFuzzer program <NAME>_fuzz with one ctest entry (label `fuzz`) that runs over the corpus and for
# WARD_FUZZ_SECONDS more. Does nothing unless WARD_FUZZ is on.
set(WARD_FUZZ_SECONDS 20 CACHE STRING "how long ctest lets each fuzz target search")
function(ward_fuzz)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CORPUS" "SOURCES;DEPS;LIBS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "ward_fuzz needs NAME and SOURCES; got `${ARGN}`")
  endif()
  if(NOT WARD_FUZZ)
    return()
  endif()
  set(target ${arg_NAME}_fuzz)
  add_executable(${target} ${arg_SOURCES})
  list(TRANSFORM arg_DEPS PREPEND ward:: OUTPUT_VARIABLE deps)
  target_link_libraries(${target} PRIVATE ward_flags ward_public ${deps} ${arg_LIBS})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  # New inputs go to the build tree (the first folder); those in the source tree are only read.
  set(found "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}_found")
  file(MAKE_DIRECTORY "${found}")
  add_test(NAME fuzz_${arg_NAME}
    COMMAND ${target} -max_total_time=${WARD_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=4096 -max_len=16384
            -print_final_stats=1 -artifact_prefix=${found}/ ${found} ${arg_CORPUS})
  set_tests_properties(fuzz_${arg_NAME} PROPERTIES LABELS fuzz TIMEOUT 600)
  add_dependencies(ward_fuzzers ${target})
endfunction()
add_custom_target(ward_fuzzers)
