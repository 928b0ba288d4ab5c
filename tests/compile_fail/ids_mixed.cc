// EXPECT: could not convert|no viable conversion|cannot convert|no known conversion
#include "base/ids.h"

struct RuleTag;
struct ZoneTag;
using RuleId = ward::base::Id<RuleTag>;
using ZoneId = ward::base::Id<ZoneTag>;

void Look(RuleId rule);

void Caller(RuleId rule, ZoneId zone) {
#ifdef MISTAKE
  Look(zone);
#else
  Look(rule);
  static_cast<void>(zone);
#endif
}
