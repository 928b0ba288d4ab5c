// cli: `ward dump --ast`: a policy file as its syntax tree, whether or not it compiles.
#ifndef WARD_SRC_CLI_DUMP_AST_H_
#define WARD_SRC_CLI_DUMP_AST_H_

#include <string>

#include "cli/command.h"

namespace ward::cli {

// Prints the tree, then what is wrong with the file's form. Requires nothing of its names.
void DumpAst(const std::string& path, Invocation& invocation);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_DUMP_AST_H_
