// `ward new`: a bundle to begin with, in a folder of its own.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/new_bundle.h"
#include "ward/error.h"

namespace ward::cli {
namespace {

namespace fs = std::filesystem;

struct NewOptions {
  std::string folder;
  std::string name;
};

// What may stand in ward.toml and in a file name without quotes or escapes.
bool IsBundleName(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '.' && std::all_of(name.begin(), name.end(), is_plain);
}

// As a shell takes it, and no flag.
std::string Typed(const std::string& path) {
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./+,@").find(c) != std::string_view::npos;
  });
  if (plain) return path.starts_with('-') ? "./" + path : path;
  std::string quoted = "'";
  for (const char c : path) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string WithName(std::string_view text, std::string_view name) {
  constexpr std::string_view kPlaceholder = "@NAME@";
  std::string out(text);
  for (std::size_t at = out.find(kPlaceholder); at != std::string::npos; at = out.find(kPlaceholder, at)) {
    out.replace(at, kPlaceholder.size(), name);
    at += name.size();
  }
  return out;
}

Error CannotWrite(const fs::path& path, const std::string& reason) {
  return {ErrorCode::kIo, fmt::format("cannot write `{}`: {}", path.string(), reason)};
}

// A file that is not there yet.
Result<void> Write(const fs::path& path, const std::string& text) {
  std::error_code failed;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failed);
  if (failed) return CannotWrite(path, failed.message());
  std::FILE* const file = std::fopen(path.c_str(), "wbx");
  if (file == nullptr) return CannotWrite(path, std::strerror(errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int reason = errno;
  if (std::fclose(file) != 0) return CannotWrite(path, std::strerror(errno));
  if (!written) return CannotWrite(path, std::strerror(reason));
  return {};
}

// The message, if a bundle cannot begin here.
std::optional<std::string> Occupied(const std::string& shown, const fs::path& folder) {
  constexpr std::string_view kWanted = "name a folder that is empty or not there";
  std::error_code failed;
  const fs::file_status status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  if (fs::is_directory(status)) {
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
      // What `git init` made is no content.
      if (entry->path().filename() == ".git") continue;
      return fmt::format("`{}` is not empty, and nothing in it is touched: {}", shown, kWanted);
    }
  } else if (!failed) {
    return fmt::format("`{}` is a file: {}", shown, kWanted);
  }
  return failed ? std::optional(fmt::format("cannot read `{}`: {}", shown, failed.message())) : std::nullopt;
}

void New(const NewOptions& options, Invocation& invocation) {
  if (options.folder.empty()) return Fail(invocation, Exit::kUsage, "DIR names a folder that is empty or not there");
  std::error_code failed;
  const fs::path absolute = fs::absolute(options.folder, failed).lexically_normal();
  if (const auto occupied = Occupied(options.folder, absolute)) return Fail(invocation, Exit::kUsage, *occupied);
  const std::string name = !options.name.empty()
                               ? options.name
                               : (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
  if (!IsBundleName(name)) {
    return Fail(
        invocation, Exit::kUsage,
        fmt::format("`{}` is no name of a bundle: letters, digits, `-`, `_` and `.`, such as --name orders", name));
  }
  const fs::path folder = fs::path(options.folder).lexically_normal();
  const auto shown = [&folder](std::string_view file) { return (folder / file).lexically_normal(); };
  for (const NewBundleFile& file : NewBundleFiles()) {
    const Result<void> written = Write(shown(file.path), WithName(file.text, name));
    if (!written.has_value()) return Fail(invocation, Exit::kInternal, written.error().message);
    Print(shown(file.path).string() + "\n");
  }
  Print(
      fmt::format("\nNext:\n"
                  "  ward test {0}     # its tests pass; change {1} and see them fail\n"
                  "  ward why {0} --method GET --host api.example.com --path /notes/1 --claim scope=notes:write\n"
                  "  ward check {0}    # after every change; `ward explain CODE` says more about an error\n",
                  Typed(folder.string()), shown("access.ward").string()));
}

}  // namespace

void AddNew(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<NewOptions>();
  CLI::App* command = app.add_subcommand("new", "make a bundle to begin with: a schema, rules, tests, checks for CI");
  command->add_option("DIR", options->folder, "a folder that is empty or not there")->required();
  command->add_option("--name", options->name, "what the bundle is called (default: the folder's name)");
  command->footer(
      "Nothing that is there is touched; a `.git` may be in the folder.\n\n"
      "example:\n  ward new orders\n  ward new policies --name orders");
  command->callback([options, &invocation] { New(*options, invocation); });
}

}  // namespace ward::cli
