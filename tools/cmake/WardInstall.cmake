# What `cmake --install` leaves: the program, one shared library with the public API, headers, a CMake package and a
# pkg-config file. Users write
#   find_package(ward) ... target_link_libraries(mine ward::engine ward::compiler)
# and the same names work inside this tree. The library is one file, so that the rooms inside it can change.
include(CMakePackageConfigHelpers)

# The rooms behind include/ward; the others belong to the program.
set(ward_library_rooms "")
foreach(room IN ITEMS base diag lookup syntax semantic ir bytecode codegen bundle compile data route zone eval
        border identity engine)
  if(TARGET ward_${room})
    get_target_property(type ward_${room} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
      list(APPEND ward_library_rooms ward_${room})
    endif()
  endif()
endforeach()
if(TARGET ward_compile)
  add_library(ward::compiler ALIAS ward_compile)
endif()

# All objects of the rooms; linking the rooms as well adds what they need from outside, and nothing twice.
list(TRANSFORM ward_library_rooms REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE ward_library_objects)
add_library(ward_library SHARED ${ward_library_objects})
target_link_libraries(ward_library PRIVATE ${ward_library_rooms} INTERFACE $<BUILD_INTERFACE:ward_public>)
target_include_directories(ward_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(ward_library INTERFACE cxx_std_20)
set_target_properties(ward_library PROPERTIES
  OUTPUT_NAME ward
  EXPORT_NAME ward
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINKER_LANGUAGE CXX)

install(TARGETS ward_library EXPORT ward-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/ward" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(EXPORT ward-targets NAMESPACE ward:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ward)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ward-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_SOURCE_DIR}/tools/cmake/ward-config.cmake"
  "${PROJECT_BINARY_DIR}/ward-config-version.cmake"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ward)
# Relative, so that `cmake --install --prefix` and moved trees work.
file(RELATIVE_PATH ward_prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/tools/cmake/ward.pc.in" "${PROJECT_BINARY_DIR}/ward.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ward.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(TARGET ward)
  install(TARGETS ward RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
