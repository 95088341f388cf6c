// The one reference that a program makes to libgort_crash: see meson.build.
extern "C" const char gort_crash;
extern "C" [[gnu::visibility("hidden"), gnu::used]] const char* const gort_crash_link = &gort_crash;
