#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/budgets.h"
#include "diag/sink.h"

namespace ward::diag {
namespace {

using base::FileId;
using base::SourceMap;
using base::Span;

TEST(SinkTest, SortsByFileNamePlaceAndCodeAndDropsTwins) {
  SourceMap sources;
  const FileId z = sources.Add("z.ward", "0123456789");
  const FileId a = sources.Add("a.ward", "0123456789");
  Sink sink;
  sink.Report(Diagnostic(Kind::kUnknownName, Span{z, 1, 2}, "m"));
  sink.Report(Diagnostic(Kind::kUnknownType, Span{a, 5, 6}, "m"));
  sink.Report(Diagnostic(Kind::kUnknownName, Span{a, 5, 6}, "m"));
  sink.Report(Diagnostic(Kind::kUnknownName, Span{a, 5, 6}, "m"));
  sink.Report(Diagnostic(Kind::kUnknownName, Span{a, 2, 3}, "m"));
  std::string order;
  for (const ward::Diagnostic& d : sink.Finish(sources)) {
    order += d.location.file + " " + std::to_string(d.location.column) + " " + d.code + "\n";
  }
  EXPECT_EQ(order, "a.ward 3 E34\na.ward 6 E34\na.ward 6 E35\nz.ward 2 E34\n");
}

TEST(SinkTest, WarningsAreNoErrors) {
  Sink sink;
  sink.Report(Diagnostic(Kind::kWaivedTest, Span{}, "m"));
  EXPECT_FALSE(sink.has_errors());
  Sink other;
  other.Report(Diagnostic(Kind::kUnknownName, Span{}, "m"));
  sink.Append(std::move(other));
  EXPECT_EQ(sink.error_count(), 1U);
  EXPECT_EQ(sink.reported().size(), 2U);
}

TEST(SinkTest, StopsStoringAtItsBudgetButGoesOnCounting) {
  Sink sink;
  for (std::size_t i = 0; i <= base::budget::kDiagnosticsMax; ++i) {
    sink.Report(Diagnostic(Kind::kUnknownName, Span{}, std::to_string(i)));
  }
  EXPECT_EQ(sink.error_count(), base::budget::kDiagnosticsMax + 1);
  EXPECT_EQ(sink.Finish(SourceMap()).size(), base::budget::kDiagnosticsMax);
}

TEST(SinkTest, AFloodOfWarningsDoesNotHideAnError) {
  Sink sink;
  for (std::size_t i = 0; i < base::budget::kDiagnosticsMax; ++i) {
    sink.Report(Diagnostic(Kind::kWaivedTest, Span{}, std::to_string(i)));
  }
  sink.Report(Diagnostic(Kind::kUnknownName, Span{}, "the cause"));
  EXPECT_EQ(sink.reported().size(), base::budget::kDiagnosticsMax);
  std::size_t errors = 0;
  for (const Diagnostic& diagnostic : sink.reported()) errors += diagnostic.kind == Kind::kUnknownName ? 1 : 0;
  EXPECT_EQ(errors, 1U);
}

TEST(KindTest, CodesAndNamesAreUniqueAndFound) {
  std::set<std::string_view> codes;
  std::set<std::string_view> names;
  for (const KindInfo& info : AllKinds()) {
    EXPECT_TRUE(codes.insert(info.code).second) << info.code;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(info.code.front() == 'E', info.severity == Severity::kError) << info.code;
    EXPECT_TRUE(info.code.front() == 'E' || info.code.front() == 'W' || info.code.front() == 'L') << info.code;
    EXPECT_EQ(&Info(info.kind), &info);
    EXPECT_EQ(FindKind(info.code), info.kind);
    EXPECT_EQ(FindKind(info.name), info.kind);
  }
  EXPECT_EQ(FindKind("e07"), Kind::kMissingOperations);
  EXPECT_EQ(FindKind("E21"), std::nullopt);
  EXPECT_EQ(FindKind(""), std::nullopt);
}

TEST(EssayTest, EveryKindHasOne) {
  for (const KindInfo& info : AllKinds()) {
    const std::string_view essay = Essay(info.kind);
    const std::string title = "# " + std::string(info.code) + " " + std::string(info.name) + "\n";
    EXPECT_EQ(essay.substr(0, title.size()), title) << info.code << ": write src/diag/essays/" << info.code << ".md";
    EXPECT_NE(essay.find("Right:\n```"), std::string_view::npos) << info.code << " shows no example";
  }
}

}  // namespace
}  // namespace ward::diag
