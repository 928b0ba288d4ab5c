// format: the one order of a list whose order means nothing.
#ifndef WARD_SRC_FORMAT_ORDER_H_
#define WARD_SRC_FORMAT_ORDER_H_

#include <vector>

#include "syntax/ast.h"

namespace ward::format {

// Words by their bytes, values by size, networks by address (IPv4 first), paths by their spelling. As they were written
// if not all are of one such kind. Twins stay.
[[nodiscard]] std::vector<const syntax::Expr*> Sorted(syntax::List<const syntax::Expr*> elements);
[[nodiscard]] std::vector<syntax::Name> Sorted(syntax::List<syntax::Name> names);
[[nodiscard]] std::vector<syntax::NetworksLine::Network> Sorted(syntax::List<syntax::NetworksLine::Network> networks);

}  // namespace ward::format

#endif  // WARD_SRC_FORMAT_ORDER_H_
