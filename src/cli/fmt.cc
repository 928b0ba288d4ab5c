// `ward fmt`: brings policy files into the one form that all have.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/budgets.h"
#include "bundle/file_set.h"
#include "cli/bundle_source.h"
#include "cli/command.h"
#include "cli/rewrite_file.h"
#include "cli/unified_diff.h"
#include "diag/render.h"
#include "format/format.h"

namespace ward::cli {
namespace {

struct FmtOptions {
  std::vector<std::string> paths = {"."};
  bool check = false;
  bool diff = false;
  bool from_stdin = false;
  std::string stdin_name = "stdin.ward";
};

class Fmt {
 public:
  Fmt(const FmtOptions& options, Invocation& invocation) : options_(options), invocation_(invocation) {}

  void Files();
  void Stdin();

 private:
  [[nodiscard]] bool only_looks() const { return options_.check || options_.diff; }
  [[nodiscard]] Result<std::vector<std::string>> FilesOf(const std::string& path) const;
  void File(const std::string& path);
  // The formatted text, or nothing where the file has errors, which were printed.
  [[nodiscard]] std::optional<std::string> Formatted(const std::string& name, const std::string& text);
  // What --check and --diff print of a file that is not formatted.
  void Show(const std::string& name, const std::string& before, const std::string& after);
  void Worsen(Exit exit) { invocation_.exit = std::max(invocation_.exit, exit); }

  const FmtOptions& options_;
  Invocation& invocation_;
  std::size_t changed_ = 0;
  std::size_t broken_ = 0;
};

std::optional<std::string> Fmt::Formatted(const std::string& name, const std::string& text) {
  format::FormatResult result = format::FormatText(name, text);
  if (result.ok) return std::move(result.text);
  PrintError(
      diag::RenderTerminal(result.findings, invocation_.colour_err ? diag::Colour::kAlways : diag::Colour::kNever));
  ++broken_;
  Worsen(Exit::kFindings);
  return std::nullopt;
}

void Fmt::Show(const std::string& name, const std::string& before, const std::string& after) {
  Worsen(Exit::kFindings);
  if (options_.diff) {
    Print(UnifiedDiff(name, before, after, invocation_.colour_out ? Colours::kYes : Colours::kNo));
  } else {
    Print(name + "\n");
  }
}

Result<std::vector<std::string>> Fmt::FilesOf(const std::string& path) const {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return std::vector<std::string>{path};
  const Result<std::unique_ptr<bundle::FileSet>> folder = bundle::OpenPath(path);
  if (!folder.has_value()) return folder.error();
  Result<std::vector<std::string>> names = (*folder)->PolicyFiles();
  if (!names.has_value()) return names;
  if (names->empty()) return Error{ErrorCode::kNotFound, fmt::format("`{}` has no `.ward` files", path)};
  for (std::string& name : *names) {
    name = (std::filesystem::path(path) / name).lexically_normal().string();
    // No bundle reads a link, so formatting the file behind it would change somebody else's.
    if (std::filesystem::is_symlink(name, ignored)) {
      return Error{ErrorCode::kPermission,
                   fmt::format("`{}` is a symbolic link, which no bundle follows; name the file that is meant", name)};
    }
  }
  return names;
}

void Fmt::File(const std::string& path) {
  const Result<std::string> text = ReadText(path);
  if (!text.has_value()) {
    const Exit before = invocation_.exit;
    Fail(invocation_, Exit::kUsage, text.error().message);
    return Worsen(before);
  }
  const std::optional<std::string> formatted = Formatted(path, *text);
  if (!formatted || *formatted == *text) return;
  ++changed_;
  if (only_looks()) return Show(path, *text, *formatted);
  const Result<void> written = RewriteFile(path, *formatted);
  if (!written.has_value()) return Fail(invocation_, Exit::kInternal, written.error().message);
  Print(path + "\n");
}

void Fmt::Files() {
  std::vector<std::string> files;
  for (const std::string& path : options_.paths) {
    const Result<std::vector<std::string>> found = FilesOf(path);
    if (!found.has_value()) return Fail(invocation_, Exit::kUsage, found.error().message);
    files.insert(files.end(), found->begin(), found->end());
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  for (const std::string& file : files) File(file);
  if (only_looks() && changed_ > 0) {
    PrintError(fmt::format("{} of {} files {} not formatted; `ward fmt` rewrites {}\n", changed_, files.size(),
                           changed_ == 1 ? "is" : "are", changed_ == 1 ? "it" : "them"));
  }
  if (broken_ > 0) {
    PrintError(fmt::format("{} of {} files {} errors and {} left as {}\n", broken_, files.size(),
                           broken_ == 1 ? "has" : "have", broken_ == 1 ? "was" : "were",
                           broken_ == 1 ? "it is" : "they are"));
  }
}

Result<std::string> ReadStdin() {
  constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + kChunkBytes);
    const ssize_t got = ::read(STDIN_FILENO, text.data() + before, kChunkBytes);
    text.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{ErrorCode::kIo, fmt::format("cannot read standard input: {}", std::strerror(errno))};
    // The parser says so of a file that is too large.
    if (got == 0 || text.size() > base::budget::kFileSizeBytesMax) return text;
  }
}

void Fmt::Stdin() {
  const Result<std::string> text = ReadStdin();
  if (!text.has_value()) return Fail(invocation_, Exit::kUsage, text.error().message);
  const std::optional<std::string> formatted = Formatted(options_.stdin_name, *text);
  if (!formatted) return;
  if (!only_looks()) return Print(*formatted);
  if (*formatted != *text) Show(options_.stdin_name, *text, *formatted);
}

void Run(FmtOptions options, Invocation& invocation) {
  const bool dash = std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
  if ((dash && options.paths.size() > 1) || (options.from_stdin && !dash && options.paths != FmtOptions{}.paths)) {
    return Fail(invocation, Exit::kUsage, "standard input and files do not go together: name one of them");
  }
  Fmt fmt(options, invocation);
  dash || options.from_stdin ? fmt.Stdin() : fmt.Files();
}

}  // namespace

void AddFmt(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<FmtOptions>();
  CLI::App* command = app.add_subcommand("fmt", "bring policy files into the one form that all have");
  command->add_option(
      "PATH", options->paths,
      "files, or folders with all `.ward` files below (default: the current folder); `-`: standard input");
  command->add_flag("--check", options->check,
                    "write nothing; list the files that would change, and exit with 1 if any");
  command->add_flag("--diff", options->diff, "write nothing; show what would change, and exit with 1 if anything");
  command->add_flag("--stdin", options->from_stdin, "format standard input to standard output, as `-` does");
  command->add_option("--stdin-name", options->stdin_name, "what messages call standard input")->type_name("FILE");
  command->footer(
      "Names of rewritten files go to standard output. A file with errors is left as it is; they are printed, and the "
      "exit code is 1.\n\n"
      "example:\n  ward fmt\n  ward fmt --check policies examples/gateway\n  ward fmt --diff orders/access.ward\n"
      "  ward fmt --stdin --stdin-name orders/access.ward < orders/access.ward");
  command->callback([options, &invocation] { Run(*options, invocation); });
}

}  // namespace ward::cli
