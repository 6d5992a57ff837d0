# A service's migrations, inside its binary.
#
#   rialto_schema(ledger FILES schema/0001_init.sql schema/0002_more.sql)
#
# makes rialto::ledger_schema, whose header "ledger/schema_files.h" defines ledger::kSchema. A file's
# number is its leading digits; a changed file configures again.

function(rialto_schema schema_name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES")
  set(schema_directory ${schema_name}/schema)
  set(schema_migrations "")
  list(LENGTH arg_FILES schema_count)
  foreach(file IN LISTS arg_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    get_filename_component(file_name ${file} NAME)
    if(NOT file_name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
      message(FATAL_ERROR "rialto_schema: ${file}: want schema/NNNN_what_it_does.sql")
    endif()
    math(EXPR number "1${CMAKE_MATCH_1} - 10000")
    file(READ ${file} sql)
    string(APPEND schema_migrations
      "    {${number}, \"${file_name}\", R\"SCHEMA_SQL(${sql})SCHEMA_SQL\"},\n")
  endforeach()
  set(out ${PROJECT_BINARY_DIR}/schema)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/schema_files.h.in ${out}/${schema_name}/schema_files.h @ONLY)
  add_library(rialto_${schema_name}_schema INTERFACE)
  target_include_directories(rialto_${schema_name}_schema INTERFACE ${out})
  target_link_libraries(rialto_${schema_name}_schema INTERFACE rialto::postgres)
  add_library(rialto::${schema_name}_schema ALIAS rialto_${schema_name}_schema)
endfunction()
