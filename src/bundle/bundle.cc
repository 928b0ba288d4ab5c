#include "bundle/bundle.h"

#include <fmt/format.h>

#include <utility>

#include "base/budgets.h"

namespace ward::bundle {
namespace {

constexpr std::string_view kManifestName = "ward.toml";

using diag::Diagnostic;
using diag::Kind;

Result<void> LoadManifest(const FileSet& files, Bundle& bundle, base::SourceMap& sources, diag::Sink& sink) {
  Result<std::string> text = files.Read(kManifestName, base::budget::kManifestSizeBytesMax);
  if (!text.has_value() && text.error().code != ErrorCode::kNotFound) return std::move(text).error();
  if (!text.has_value()) {
    if (files.needs_manifest()) {
      sink.Report(Diagnostic(Kind::kBadManifest, base::Span{}, "the bundle's folder has no `ward.toml`")
                      .WithHint("write one with the lines `name = \"my-bundle\"` and `edition = 1`"));
    }
    return {};
  }
  bundle.manifest_file = sources.Add(std::string(kManifestName), std::move(text).value());
  bundle.manifest = ReadManifest(sources, bundle.manifest_file, sink);
  return {};
}

}  // namespace

Result<Bundle> Load(const FileSet& files, base::SourceMap& sources, diag::Sink& sink) {
  Bundle bundle;
  WARD_RETURN_IF_ERROR(LoadManifest(files, bundle, sources, sink));
  if (bundle.manifest.name.empty()) bundle.manifest.name = files.DefaultName();
  WARD_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.PolicyFiles());
  if (names.empty()) {
    sink.Report(
        Diagnostic(Kind::kBadManifest, base::Span{bundle.manifest_file, 0, 0}, "the bundle has no `.ward` file"));
  }
  std::size_t bytes = 0;
  for (const std::string& name : names) {
    Result<std::string> text = files.Read(name, base::budget::kFileSizeBytesMax);
    if (!text.has_value() && text.error().code == ErrorCode::kTooLarge) {
      const base::FileId file = sources.Add(name, {});
      sink.Report(Diagnostic(Kind::kBudgetExceeded, base::Span{file, 0, 0}, text.error().message)
                      .WithHint("split it into several policies"));
      continue;
    }
    if (!text.has_value()) return std::move(text).error();
    bytes += text.value().size();
    if (bytes > base::budget::kBundleSizeBytesMax) {
      return Error{ErrorCode::kTooLarge, fmt::format("the bundle's `.ward` files are larger than {} bytes together",
                                                     base::budget::kBundleSizeBytesMax)};
    }
    bundle.policies.push_back(sources.Add(name, std::move(text).value()));
  }
  return bundle;
}

DataFiles ReadDataFiles(const FileSet& files, std::span<const std::string_view> names, base::SourceMap& sources) {
  DataFiles data;
  for (const std::string_view name : names) {
    auto [it, fresh] = data.try_emplace(std::string(name));
    if (!fresh) continue;
    Result<std::string> text = files.Read(name, base::budget::kDataFileSizeBytesMax);
    if (text.has_value()) {
      it->second.file = sources.Add(std::string(name), std::move(text).value());
    } else {
      it->second.reason = std::move(text).error().message;
    }
  }
  return data;
}

}  // namespace ward::bundle
