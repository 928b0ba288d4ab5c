// lint: the functions behind the table of lints, grouped by the file that has them.
#ifndef WARD_SRC_LINT_LINTS_H_
#define WARD_SRC_LINT_LINTS_H_

#include "diag/sink.h"
#include "lint/view.h"

namespace ward::lint {

// doubt.cc
void DoubtDeniesAll(const View& view, diag::Sink& sink);
// open_doors.cc
void OrphanOperation(const View& view, diag::Sink& sink);
void AllowWithoutCondition(const View& view, diag::Sink& sink);
void EverythingAllowed(const View& view, diag::Sink& sink);
// internet_write.cc
void InternetWrite(const View& view, diag::Sink& sink);
// conditions.cc
void ConstantCondition(const View& view, diag::Sink& sink);
void DoubleNegative(const View& view, diag::Sink& sink);
// roles.cc
void DutyConflict(const View& view, diag::Sink& sink);
// limits.cc
void LimitKeyMissing(const View& view, diag::Sink& sink);
void UnlimitedOperation(const View& view, diag::Sink& sink);
void RetryUnfriendly(const View& view, diag::Sink& sink);
// reasons.cc
void LeakyReason(const View& view, diag::Sink& sink);
// care.cc
void NoOwner(const View& view, diag::Sink& sink);
void ReviewOverdue(const View& view, diag::Sink& sink);
void ShadowTooLong(const View& view, diag::Sink& sink);
// unused.cc
void Unused(const View& view, diag::Sink& sink);
// tested.cc
void UntestedRule(const View& view, diag::Sink& sink);
// names.cc
void NameCase(const View& view, diag::Sink& sink);
// budgets.cc
void OverBudget(const View& view, diag::Sink& sink);
// networks.cc
void WideNetwork(const View& view, diag::Sink& sink);

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_LINTS_H_
