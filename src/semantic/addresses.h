// semantic: addresses and prefixes that an author wrote.
#ifndef WARD_SRC_SEMANTIC_ADDRESSES_H_
#define WARD_SRC_SEMANTIC_ADDRESSES_H_

#include <optional>

#include "base/ip_address.h"
#include "diag/diagnostic.h"
#include "syntax/ast.h"

namespace ward::semantic {

// A single address has full length. Nothing: it has bits beyond its prefix.
[[nodiscard]] std::optional<base::Cidr> AddressValue(const syntax::AddressLiteral& literal);
// What to report then.
[[nodiscard]] diag::Diagnostic HostBits(base::Span span, const syntax::AddressLiteral& literal);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_ADDRESSES_H_
