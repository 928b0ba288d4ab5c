#include "cli/bundle_source.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>

#include "base/budgets.h"
#include "diag/render.h"

namespace ward::cli {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

template <typename Container>
Result<Container> ReadAll(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error{ErrorCode::kIo, fmt::format("cannot read `{}`: it is a folder", path)};
  }
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
    return Error{code, fmt::format("cannot read `{}`: {}", path, std::strerror(errno))};
  }
  Container content;
  constexpr std::size_t kChunkBytes = 64 * base::budget::kKiB;
  for (;;) {
    const std::size_t before = content.size();
    content.resize(before + kChunkBytes);
    const std::size_t got = std::fread(content.data() + before, 1, kChunkBytes, file.get());
    content.resize(before + got);
    if (got < kChunkBytes) break;
    if (content.size() > base::budget::kBytecodeSizeBytesMax) {
      return Error{ErrorCode::kTooLarge, fmt::format("`{}` is larger than {} MiB", path,
                                                     base::budget::kBytecodeSizeBytesMax / base::budget::kMiB)};
    }
  }
  if (std::ferror(file.get()) != 0) {
    return Error{ErrorCode::kIo, fmt::format("cannot read `{}`: {}", path, std::strerror(errno))};
  }
  return content;
}

}  // namespace

bool IsCompiled(const std::string& path) { return std::filesystem::path(path).extension() == ".wardc"; }

Result<std::vector<std::byte>> ReadBytes(const std::string& path) { return ReadAll<std::vector<std::byte>>(path); }

Result<std::string> ReadText(const std::string& path) { return ReadAll<std::string>(path); }

Result<BundleSource> ReadBundle(const std::string& path, std::vector<Diagnostic>& found) {
  BundleSource source;
  if (IsCompiled(path)) {
    WARD_ASSIGN_OR_RETURN(source.bytecode, ReadBytes(path));
    source.files.push_back(path);
    return source;
  }
  WARD_ASSIGN_OR_RETURN(CompileResult compiled, CompilePath(path, {}));
  if (!compiled.ok()) {
    found.insert(found.end(), compiled.diagnostics.begin(), compiled.diagnostics.end());
    return Error{ErrorCode::kPolicy, fmt::format("`{}` does not compile", path)};
  }
  source.bytecode = std::move(compiled.bytecode);
  source.files = std::move(compiled.files);
  source.diagnostics = std::move(compiled.diagnostics);
  for (LiveTableData& table : compiled.live_tables) {
    Engine::TableContent content;
    content.table = std::move(table.table);
    for (auto& row : table.rows) content.rows.push_back(TableRow{std::move(row)});
    source.tables.push_back(std::move(content));
  }
  return source;
}

Result<Engine> OpenBundle(const std::string& path, Invocation& invocation) {
  std::vector<Diagnostic> found;
  Result<BundleSource> source = ReadBundle(path, found);
  if (!source.has_value()) {
    if (!found.empty()) {
      const diag::Colour colour = invocation.colour_err ? diag::Colour::kAlways : diag::Colour::kNever;
      PrintError(diag::RenderTerminal(found, colour));
    }
    Fail(invocation, Exit::kUsage, source.error().message);
    return source.error();
  }
  Result<Engine> engine = Engine::Create({});
  if (!engine.has_value()) {
    Fail(invocation, Exit::kInternal, engine.error().message);
    return engine;
  }
  Result<std::uint64_t> generation = engine->Load(std::span<const std::byte>(source->bytecode), source->tables);
  if (!generation.has_value()) {
    Fail(invocation, Exit::kUsage, fmt::format("cannot load `{}`: {}", path, generation.error().message));
    return generation.error();
  }
  return engine;
}

}  // namespace ward::cli
