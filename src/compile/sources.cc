#include "compile/sources.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "bundle/shipped.h"
#include "syntax/parse.h"

namespace ward::compile {
namespace {

using Files = std::vector<std::unique_ptr<syntax::File>>;

// With fewer files, starting threads costs more than they save.
constexpr std::size_t kParallelFilesMin = 16;

std::string Dotted(const syntax::DottedName& name) {
  std::string text;
  for (const syntax::Name& segment : name.segments) {
    if (!text.empty()) text += '.';
    text += segment.text;
  }
  return text;
}

Files ParseEach(const std::vector<base::FileId>& ids, const base::SourceMap& sources, diag::Sink& sink) {
  Files files(ids.size());
  if (ids.size() < kParallelFilesMin) {
    for (std::size_t i = 0; i < ids.size(); ++i) files[i] = syntax::Parse(sources, ids[i], sink);
    return files;
  }
  std::vector<diag::Sink> sinks(ids.size());
  tbb::parallel_for(std::size_t{0}, ids.size(),
                    [&](std::size_t i) { files[i] = syntax::Parse(sources, ids[i], sinks[i]); });
  for (diag::Sink& part : sinks) sink.Append(std::move(part));
  return files;
}

// What the bundle names of the policies that Ward ships, through any number of them, each once.
void AddShipped(const bundle::Bundle& bundle, base::SourceMap& sources, Files& files, diag::Sink& sink) {
  std::set<std::string, std::less<>> present;
  std::deque<const bundle::ShippedPolicy*> pending(bundle.manifest.shipped.begin(), bundle.manifest.shipped.end());
  const auto add_uses = [&](const syntax::File& file) {
    syntax::ForEach<syntax::UseDecl>(file, [&](const syntax::UseDecl& use) {
      if (const auto* policy = bundle::FindShippedPolicy(Dotted(use.policy))) pending.push_back(policy);
    });
  };
  for (const auto& file : files) {
    if (file->policy != nullptr) present.insert(Dotted(file->policy->name));
    add_uses(*file);
  }
  while (!pending.empty()) {
    const bundle::ShippedPolicy& policy = *pending.front();
    pending.pop_front();
    if (!present.insert(std::string(policy.policy)).second) continue;
    const base::FileId id = sources.Add(std::string(policy.file), std::string(policy.text));
    files.push_back(syntax::Parse(sources, id, sink));
    add_uses(*files.back());
  }
}

}  // namespace

Files ParseAll(const bundle::Bundle& bundle, base::SourceMap& sources, diag::Sink& sink) {
  Files files = ParseEach(bundle.policies, sources, sink);
  AddShipped(bundle, sources, files, sink);
  std::stable_sort(files.begin(), files.end(), [&](const auto& a, const auto& b) {
    return sources.file(a->span.file).name() < sources.file(b->span.file).name();
  });
  return files;
}

}  // namespace ward::compile
