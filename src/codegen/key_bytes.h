// codegen: bytes of plain values as keys of hash maps, so that equal things are found once.
#ifndef WARD_SRC_CODEGEN_KEY_BYTES_H_
#define WARD_SRC_CODEGEN_KEY_BYTES_H_

#include <string>
#include <type_traits>

namespace ward::codegen {

// Requires: T has no padding, else equal values would have different keys.
template <typename T>
void AppendBytes(std::string& to, const T& value) {
  static_assert(std::has_unique_object_representations_v<T>);
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_KEY_BYTES_H_
