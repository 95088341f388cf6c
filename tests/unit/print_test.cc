// print_test.cc: print, println and the printer of panic values, byte for byte what Go 1.22.12 wrote.
#include <gort/print.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <complex>

#include <gort/errors.h>

enum class MyBool : bool { no };
enum class MyU8 : uint8_t { many = 200 };
struct MyInt : gort::named<int> {
  using named::named;
};
struct MyF : gort::named<double> {
  using named::named;
};
struct MyC : gort::named<std::complex<double>> {
  using named::named;
};
struct MyStr : std::string {
  using std::string::string;
};
struct St {
  int a, b;
};
struct Both {
  std::string Error() const { return "err!"; }
  std::string String() const { return "str!"; }
};
struct S {
  std::string String() const { return "S:q"; }
};

namespace gort {
namespace {

// stderr_of returns what f writes to file descriptor 2, and in how many writes.
std::string stderr_of(const std::function<void()>& f, int* writes = nullptr) {
  int pair[2];
  pipe2(pair, O_DIRECT | O_NONBLOCK);  // O_DIRECT: each write is a packet of its own
  const int saved = dup(2);
  dup2(pair[1], 2);
  f();
  dup2(saved, 2);
  close(saved);
  close(pair[1]);
  std::string all;
  char buf[8192];
  int n_writes = 0;
  for (ssize_t n = 0; (n = read(pair[0], buf, sizeof buf)) > 0; n_writes++) all.append(buf, static_cast<size_t>(n));
  close(pair[0]);
  if (writes != nullptr) *writes = n_writes;
  return all;
}

struct float_case {
  uint64_t bits;
  const char* text;
};
// clang-format off
const float_case floats[] = {
    {0u, "+0.000000e+000"},
    {9223372036854775808u, "-0.000000e+000"},
    {4607182418800017408u, "+1.000000e+000"},
    {13830554455654793216u, "-1.000000e+000"},
    {4609434218613702656u, "+1.500000e+000"},
    {4591870180066957722u, "+1.000000e-001"},
    {13815242216921733530u, "-1.000000e-001"},
    {4591870180174331904u, "+1.000000e-001"},
    {9094988921128908188u, "+1.000000e+300"},
    {118622047889322841u, "+1.000000e-300"},
    {6103021453049119613u, "+1.000000e+100"},
    {4621819117307496543u, "+1.000000e+001"},
    {4621819117301867044u, "+9.999999e+000"},
    {4683220299150161609u, "+1.234568e+005"},
    {4921056587992461136u, "+1.000000e+021"},
    {4532020583610935537u, "+1.000000e-005"},
    {1u, "+4.940656e-324"},
    {9218868437227405311u, "+1.797693e+308"},
    {9218868437227405312u, "+Inf"},
    {18442240474082181120u, "-Inf"},
    {9221120237041090561u, "NaN"},
    {4612811918334230528u, "+2.500000e+000"},
    {4614256656552045841u, "+3.141593e+000"},
    {4711630319722168320u, "+1.000000e+007"},
    {4726483295817170944u, "+1.000000e+008"},
    {4607182418709945415u, "+1.000000e+000"},
    {4831355200913801218u, "+1.000000e+015"},
    {4948793441493988800u, "+7.000000e+022"},
    {4608238816905610637u, "+1.234568e+000"},
    {4608238812402011009u, "+1.234566e+000"},
    {100000000000000u, "+4.940656e-310"},
    {4962933279127225623u, "+6.022141e+023"},
    {9218868437227405311u, "+1.797693e+308"},
    {4457293557087583675u, "+1.000000e-010"},
    {4629888066921338967u, "+3.333333e+001"},
    {0u, "+0.000000e+000"},
    {4689167948016504303u, "+3.157379e+005"},
    {9378335896033008606u, "-2.692843e-298"},
    {245956587649460685u, "+3.233392e-292"},
    {4935124535665964988u, "+8.584213e+021"},
    {9624292483682469291u, "-7.039298e-282"},
    {491913175298921370u, "+8.857487e-276"},
    {5181081123315425673u, "+2.434909e+038"},
    {9870249071331929976u, "-2.028940e-265"},
    {737869762948382055u, "+2.393435e-259"},
    {5427037710964886358u, "+6.402426e+054"},
    {10116205658981390661u, "-5.581840e-249"},
    {983826350597842740u, "+6.811123e-243"},
    {5672994298614347043u, "+1.830650e+071"},
    {10362162246630851346u, "-1.499356e-232"},
    {1229782938247303425u, "+1.801076e-226"},
    {5918950886263807728u, "+5.057225e+087"},
    {10608118834280312031u, "-4.280344e-216"},
    {1475739525896764110u, "+5.110134e-210"},
    {6164907473913268413u, "+1.350616e+104"},
    {10854075421929772716u, "-1.138037e-199"},
    {1721696113546224795u, "+1.417370e-193"},
    {6410864061562729098u, "+3.867636e+120"},
    {11100032009579233401u, "-3.204859e-183"},
    {1967652701195685480u, "+3.764153e-177"},
    {6656820649212189783u, "+1.033726e+137"},
    {11345988597228694086u, "-8.923836e-167"},
    {2213609288845146165u, "+1.081150e-160"},
    {6902777236861650468u, "+2.890127e+153"},
    {11591945184878154771u, "-2.357053e-150"},
    {2459565876494606850u, "+2.904355e-144"},
    {7148733824511111153u, "+8.077957e+169"},
    {11837901772527615456u, "-6.789830e-134"},
    {2705522464144067535u, "+8.063468e-128"},
    {7394690412160571838u, "+2.122361e+186"},
    {12083858360177076141u, "-1.832958e-117"},
    {2951479051793528220u, "+2.262041e-111"},
    {7640646999810032523u, "+6.131225e+202"},
    {12329814947826536826u, "-5.054544e-101"},
    {3197435639442988905u, "+5.912645e-095"},
    {7886603587459493208u, "+1.663030e+219"},
    {12575771535475997511u, "-1.423014e-084"},
    {3443392227092449590u, "+1.712840e-078"},
    {8132560175108953893u, "+4.555952e+235"},
    {12821728123125458196u, "-3.700963e-068"},
    {3689348814741910275u, "+4.667261e-062"},
    {8378516762758414578u, "+1.287096e+252"},
    {13067684710774918881u, "-1.075045e-051"},
    {3935305402391370960u, "+1.270511e-045"},
    {8624473350407875263u, "+3.360540e+268"},
    {13313641298424379566u, "-2.942393e-035"},
    {4181261990040831645u, "+3.601413e-029"},
    {8870429938057335948u, "+9.701959e+284"},
    {13559597886073840251u, "-7.960453e-019"},
    {4427218577690292330u, "+9.458745e-013"},
    {9116386525706796633u, "+2.666866e+301"},
    {13805554473723300936u, "-2.263889e-002"},
    {4673175165339753015u, "+2.708821e+004"},
    {9362343113356257318u, "-2.219259e-299"},
    {14051511061372761621u, "-5.979780e+014"},
};
// clang-format on

TEST(Print, FloatsAreGosToTheLastDigit) {
  for (const auto& c : floats) {
    const double v = std::bit_cast<double>(c.bits);
    EXPECT_EQ(stderr_of([&] { print(v); }), c.text) << c.bits;
  }
}

TEST(Print, BuiltinsWriteGosFormats) {
  int* p = nullptr;
  error e;
  any a;
  const std::string got = stderr_of([&] {
    println(1, "a", true, 1.5, U'x', std::complex<double>(1, 2), uint8_t{3});
    print("a", 1, "b", "\n");
    println();
    println(int8_t{-3}, uint8_t{200}, int16_t{-300}, uint16_t{65535}, INT64_MIN, UINT64_MAX, uintptr_t{16});
    println(false, "", "two words", 0.1f, std::complex<float>(1, -2));
    println(p, e, a);
    print(1, 2, "x", U'y', true, 2.5, "\n");
    print();
    print("no newline");
  });
  EXPECT_EQ(got,
            "1 a true +1.500000e+000 120 (+1.000000e+000+2.000000e+000i) 3\na1b\n\n-3 200 -300 65535 "
            "-9223372036854775808 18446744073709551615 16\nfalse  two words +1.000000e-001 "
            "(+1.000000e+000-2.000000e+000i)\n0x0 (0x0,0x0) (0x0,0x0)\n12x121true+2.500000e+000\nno newline");
}

TEST(Print, CppTypesPrintAsTheGoTypesTheyStandFor) {
  int x = 0;
  char pointer[32];
  std::snprintf(pointer, sizeof pointer, "%p\n", static_cast<void*>(&x));
  EXPECT_EQ(stderr_of([&] { println(&x); }), pointer);
  EXPECT_EQ(stderr_of([&] { println(MyInt(7), MyU8::many, MyStr("s"), std::string("t"), std::string_view("v"), 'x'); }),
            "7 200 s t v 120\n");
  std::vector<int> list(3);
  list.reserve(8);
  std::snprintf(pointer, sizeof pointer, "[3/8]%p\n", static_cast<void*>(list.data()));
  EXPECT_EQ(stderr_of([&] { println(list); }), pointer);
  EXPECT_EQ(stderr_of([&] { println(nil); }), "nil\n");
  std::vector<bool> bools{true, false};
  EXPECT_EQ(stderr_of([&] { println(bools[0], bools[1]); }), "true false\n");
  const std::string iface = stderr_of([&] { print(any(1)); });
  EXPECT_TRUE(iface.starts_with("(0x") && iface.find(",0x") != std::string::npos && iface.back() == ')') << iface;
}

TEST(Print, OneCallIsOneWrite) {
  int writes = 0;
  const std::string big(3000, 'x');
  const std::string got = stderr_of([&] { println("head", big, 1, 2.5, big.substr(2999), true); }, &writes);
  EXPECT_EQ(got, "head " + big + " 1 +2.500000e+000 x true\n");
  EXPECT_EQ(writes, 1);
}

TEST(Print, ManyPiecesArriveInOrder) {
  const std::string s(200, 's');
  std::string want;
  for (int i = 0; i < 12; i++) want += s + "7";
  EXPECT_EQ(stderr_of([&] { print(s, 7, s, 7, s, 7, s, 7, s, 7, s, 7, s, 7, s, 7, s, 7, s, 7, s, 7, s, 7); }), want);
}

TEST(Print, KeepsErrno) {
  stderr_of([] {
    errno = 77;
    close(2);
    println("nowhere");
    EXPECT_EQ(errno, 77);
  });
}

std::string fmt_pointer(const void* p) {
  char buf[24];
  return std::string(buf, rt::format_hex(buf, reinterpret_cast<uintptr_t>(p)));
}

std::string printed;
std::string panicval(const any& v) {
  printed.clear();
  rt::printpanicval(v, [](const char* s, size_t n) { printed.append(s, n); });
  return printed;
}

TEST(PrintPanicValue, BasicTypesPrintBare) {
  EXPECT_EQ(panicval(42), "42");
  EXPECT_EQ(panicval(int8_t{-3}), "-3");
  EXPECT_EQ(panicval(U'x'), "120");
  EXPECT_EQ(panicval(1.5), "+1.500000e+000");
  EXPECT_EQ(panicval(-0.1f), "-1.000000e-001");
  EXPECT_EQ(panicval(std::complex<double>(1, -2)), "(+1.000000e+000-2.000000e+000i)");
  EXPECT_EQ(panicval(std::complex<float>(1, 2)), "(+1.000000e+000+2.000000e+000i)");
  EXPECT_EQ(panicval(true), "true");
  EXPECT_EQ(panicval("hello\nworld"), "hello\nworld");
  EXPECT_EQ(panicval(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(panicval(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(panicval(nil), "nil");
}

TEST(PrintPanicValue, NamedBasicTypesCarryTheirName) {
  EXPECT_EQ(panicval(MyInt(7)), "main.MyInt(7)");
  EXPECT_EQ(panicval(MyStr("a\"b\nc")), "main.MyStr(\"a\"b\nc\")");
  EXPECT_EQ(panicval(MyBool::no), "main.MyBool(false)");
  EXPECT_EQ(panicval(MyF(2.5)), "main.MyF(+2.500000e+000)");
  EXPECT_EQ(panicval(MyC({1, 2})), "main.MyC(+1.000000e+000+2.000000e+000i)");
  EXPECT_EQ(panicval(MyU8::many), "main.MyU8(200)");
}

TEST(PrintPanicValue, OthersPrintTypeAndAddress) {
  St s{1, 2};
  const std::string p = fmt_pointer(&s);
  EXPECT_EQ(panicval(&s), "(*main.St) " + p);
  EXPECT_TRUE(panicval(s).starts_with("(main.St) 0x"));
  EXPECT_TRUE(panicval(std::vector<int>{1}).starts_with("([]int) 0x"));
  EXPECT_TRUE(panicval(std::map<std::string, int>{}).starts_with("(map[string]int) 0x"));
  EXPECT_TRUE(panicval(std::array<int, 2>{}).starts_with("([2]int) 0x"));
  EXPECT_TRUE(panicval(+[] {}).starts_with("(func()) 0x"));
  EXPECT_EQ(panicval(std::function<void()>()), "(func()) 0x0");
  EXPECT_NE(panicval(std::function<void()>([] {})), "(func()) 0x0");
}

TEST(PrintPanicValue, ErrorGoesBeforeString) {
  EXPECT_EQ(panicval(Both{}), "err!");
  EXPECT_EQ(panicval(S{}), "S:q");
  EXPECT_EQ(panicval(errors::New("boom\nline2")), "boom\nline2");
}

TEST(PrintPanicValue, PreprintTurnsMethodsIntoText) {
  EXPECT_EQ(*rt::preprintpanic(Both{}).as<std::string>(), "err!");
  EXPECT_EQ(*rt::preprintpanic(S{}).as<std::string>(), "S:q");
  EXPECT_TRUE(rt::preprintpanic(St{}).is<St>());
  EXPECT_TRUE(rt::preprintpanic(nil) == nil);
}

}  // namespace
}  // namespace gort
