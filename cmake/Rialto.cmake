# The verbs of this repository. Sources are listed, never globbed.
#
#   rialto_library(NAME [SRCS a.cpp] HDRS a.h DEPS rialto::base)      + alias rialto::NAME + link test
#   rialto_test(NAME SRCS a_test.cpp DEPS rialto::x [LABELS postgres])   runs in the folder of its sources
#   rialto_binary(NAME SRCS main.cpp DEPS rialto::x)
#   rialto_fuzzer(NAME SRCS a_fuzz.cpp DEPS rialto::x WATCHED x)      with RIALTO_FUZZ; x is instrumented
#   rialto_hot(NAME)                                              a library's extra flags for speed
#   rialto_protos(NAME PROTOS rialto/x/v1/y.proto [DEPS rialto::z] [GRPC])

option(RIALTO_WERROR "Treat warnings as errors (on in the ci preset)." OFF)

add_library(rialto_warnings INTERFACE)
target_compile_options(rialto_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wno-missing-field-initializers
  $<$<BOOL:${RIALTO_WERROR}>:-Werror>)

# Building this target links every library alone with its declared dependencies.
add_custom_target(link_tests)

function(rialto_link_test name)
  add_executable(${name}_link_test EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/cmake/link_test.cpp)
  target_link_libraries(${name}_link_test PRIVATE
    "$<LINK_LIBRARY:WHOLE_ARCHIVE,rialto_${name}>" ${ARGN})
  add_dependencies(link_tests ${name}_link_test)
endfunction()

function(rialto_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SRCS;HDRS;DEPS")
  if(arg_SRCS)
    add_library(rialto_${name} STATIC ${arg_SRCS})
    target_sources(rialto_${name} PUBLIC
      FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HDRS})
    target_link_libraries(rialto_${name} PUBLIC ${arg_DEPS} PRIVATE rialto_warnings)
    rialto_link_test(${name} ${arg_DEPS})
  else()
    add_library(rialto_${name} INTERFACE)
    target_sources(rialto_${name} INTERFACE
      FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HDRS})
    target_link_libraries(rialto_${name} INTERFACE ${arg_DEPS})
  endif()
  add_library(rialto::${name} ALIAS rialto_${name})
endfunction()

# GCC sees of a member function with one caller only that another file might call it, too, and does
# not inline it: it is told to inline more. It fills and copies structs of a hundred bytes with `rep
# stos` and `rep movs`, which take thirty cycles to begin: it is told to use vector moves. -Wrestrict
# of GCC 12 sees overlaps in an inlined std::string where there are none (GCC bug 105651).
set(rialto_hot_tuning
  --param=max-inline-insns-auto=200 --param=max-inline-insns-single=300
  --param=inline-unit-growth=200 --param=large-function-growth=1000
  -mmemset-strategy=vector_loop:512:noalign,libcall:-1:noalign
  -mmemcpy-strategy=vector_loop:1024:noalign,libcall:-1:noalign
  -Wno-restrict)

# Compiled for speed, as one translation unit: a pure library that no byte from outside reaches
# unchecked and whose own CHECKs stay on. docs/adr/0009 says what that is worth.
# TUNED: also with what GCC has to be told about the core.
function(rialto_hot name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TUNED" "" "")
  set_target_properties(rialto_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  if(RIALTO_HOT_FLAGS)
    separate_arguments(flags UNIX_COMMAND "${RIALTO_HOT_FLAGS}")
    if(arg_TUNED AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      list(APPEND flags ${rialto_hot_tuning})
    endif()
    target_compile_options(rialto_${name} PRIVATE ${flags})
  endif()
endfunction()

# What the thread sanitizer has to be told, in every binary of the tsan preset.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  add_library(rialto_tsan OBJECT ${PROJECT_SOURCE_DIR}/cmake/tsan.cpp
                                 ${PROJECT_SOURCE_DIR}/cmake/tsan_grpc.cpp)
endif()

function(rialto_binary name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SRCS;DEPS")
  add_executable(${name} ${arg_SRCS})
  if(TARGET rialto_tsan)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:rialto_tsan>)
    target_link_libraries(${name} PRIVATE absl::synchronization gRPC::grpc++)
  endif()
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} rialto_warnings)
endfunction()

function(rialto_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SRCS;DEPS;LABELS")
  rialto_binary(${name} SRCS ${arg_SRCS} DEPS ${arg_DEPS} GTest::gtest_main GTest::gmock)
  # What is tested is compiled as it is shipped; the tests' own code need not be fast, but soon there.
  if(RIALTO_HOT_FLAGS)
    target_compile_options(${name} PRIVATE -O1 -g0)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}"
    SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\] [0-9]+ tests?, listed below")
endfunction()

# libFuzzer is clang's; no part of the normal build.
option(RIALTO_FUZZ "Build the fuzzers; needs clang." OFF)
function(rialto_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SRCS;DEPS;WATCHED")
  if(NOT RIALTO_FUZZ)
    return()
  endif()
  foreach(library IN LISTS arg_WATCHED)
    target_compile_options(rialto_${library} PRIVATE -fsanitize=fuzzer-no-link)
  endforeach()
  rialto_binary(${name} SRCS ${arg_SRCS} DEPS ${arg_DEPS})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# Messages and, with GRPC, service stubs. Generated code is a system include: its warnings are not ours.
function(rialto_protos name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "GRPC" "" "PROTOS;DEPS")
  set(out ${PROJECT_BINARY_DIR}/protos)
  file(MAKE_DIRECTORY ${out})
  foreach(proto IN LISTS arg_PROTOS)
    string(REPLACE ".proto" "" stem ${proto})
    set(generated ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(grpc_arguments "")
    if(arg_GRPC)
      list(APPEND generated ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      set(grpc_arguments --grpc_out=${out} --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    add_custom_command(
      OUTPUT ${generated}
      COMMAND protobuf::protoc -I ${PROJECT_SOURCE_DIR}/protos --cpp_out=${out} ${grpc_arguments}
              ${PROJECT_SOURCE_DIR}/protos/${proto}
      DEPENDS ${PROJECT_SOURCE_DIR}/protos/${proto}
      VERBATIM)
    list(APPEND sources ${generated})
  endforeach()
  add_library(rialto_${name} STATIC ${sources})
  target_include_directories(rialto_${name} SYSTEM PUBLIC ${out})
  target_link_libraries(rialto_${name} PUBLIC protobuf::libprotobuf ${arg_DEPS})
  if(arg_GRPC)
    target_link_libraries(rialto_${name} PUBLIC gRPC::grpc++)
  endif()
  add_library(rialto::${name} ALIAS rialto_${name})
endfunction()
