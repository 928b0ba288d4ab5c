# The CMake package of an installed Ward: ward::engine (decisions) and ward::compiler (policies to bytecode).
include("${CMAKE_CURRENT_LIST_DIR}/ward-targets.cmake")
foreach(ward_part IN ITEMS engine compiler)
  if(NOT TARGET ward::${ward_part})
    add_library(ward::${ward_part} INTERFACE IMPORTED)
    set_target_properties(ward::${ward_part} PROPERTIES INTERFACE_LINK_LIBRARIES ward::ward)
  endif()
endforeach()
unset(ward_part)
