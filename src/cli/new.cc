// `ward new`: a bundle to begin with, in a folder of its own.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

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

// As a shell takes it.
std::string Typed(const std::string& path) {
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./+,@").find(c) != std::string_view::npos;
  });
  if (plain) return path;
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

Result<void> Write(const fs::path& path, const std::string& text) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed)
    return Error{ErrorCode::kIo, fmt::format("cannot make `{}`: {}", path.parent_path().string(), failed.message())};
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return Error{ErrorCode::kIo, fmt::format("cannot write `{}`: {}", path.string(), std::strerror(errno))};
  return {};
}

void New(const NewOptions& options, Invocation& invocation) {
  const fs::path folder = fs::path(options.folder).lexically_normal();
  std::error_code failed;
  if (fs::exists(folder, failed) && !fs::is_directory(folder, failed)) {
    return Fail(invocation, Exit::kUsage,
                fmt::format("`{}` is a file: name a folder that is empty or not there", options.folder));
  }
  const bool empty = !fs::exists(folder, failed) || fs::is_empty(folder, failed);
  if (failed)
    return Fail(invocation, Exit::kUsage, fmt::format("cannot read `{}`: {}", options.folder, failed.message()));
  if (!empty) {
    return Fail(invocation, Exit::kUsage,
                fmt::format("`{}` is not empty, and nothing in it is touched: name a folder that is empty or not there",
                            options.folder));
  }
  const fs::path absolute = fs::absolute(folder, failed);
  const std::string name = !options.name.empty()
                               ? options.name
                               : (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
  if (!IsBundleName(name)) {
    return Fail(
        invocation, Exit::kUsage,
        fmt::format("`{}` is no name of a bundle: letters, digits, `-`, `_` and `.`, such as --name orders", name));
  }
  for (const NewBundleFile& file : NewBundleFiles()) {
    const Result<void> written = Write(folder / file.path, WithName(file.text, name));
    if (!written.has_value()) return Fail(invocation, Exit::kInternal, written.error().message);
    Print((folder / file.path).string() + "\n");
  }
  Print(
      fmt::format("\nNext:\n"
                  "  ward test {0}     # its tests pass; change {1} and see them fail\n"
                  "  ward why {0} --method GET --host api.example.com --path /notes/1 --claim scope=notes:write\n"
                  "  ward check {0}    # after every change; `ward explain CODE` says more about an error\n",
                  Typed(folder.string()), (folder / "access.ward").string()));
}

}  // namespace

void AddNew(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<NewOptions>();
  CLI::App* command = app.add_subcommand("new", "make a bundle to begin with: a schema, rules, tests, checks for CI");
  command->add_option("DIR", options->folder, "a folder that is empty or not there")->required();
  command->add_option("--name", options->name, "what the bundle is called (default: the folder's name)");
  command->footer("example:\n  ward new orders\n  ward new policies --name orders");
  command->callback([options, &invocation] { New(*options, invocation); });
}

}  // namespace ward::cli
