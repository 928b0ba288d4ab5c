// EXPECT: nodiscard|ignoring return value
#include "ward/error.h"

ward::Result<void> Save();

void Caller() {
#ifdef MISTAKE
  Save();
#else
  const ward::Result<void> saved = Save();
  if (!saved.has_value()) return;
#endif
}
