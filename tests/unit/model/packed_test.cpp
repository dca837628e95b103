#include "model/packed.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace adxf::model {
namespace {

constexpr std::string_view kId =
    "/subscriptions/5b5b5b5b-0000-4000-9000-000000000005/resourceGroups/data/providers/x/y/name";

template <class T, class Given>
T Back(Given const& value) {
  Packer out;
  out.Put(value);
  auto const packed = out.Done();
  T back{};
  Unpacker(packed).Take(back);
  return back;
}

TEST(Packed, GivesBackEveryNumber) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (std::int64_t const number :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{64},
        std::int64_t{-64}, std::int64_t{-65}, std::int64_t{1'790'000'000}, Limits::max(),
        Limits::min()}) {
    EXPECT_EQ(Back<std::int64_t>(number), number);
  }
}

TEST(Packed, GivesBackEveryText) {
  for (std::string const text : {"", "/", "a", "a/b", "Größe", "/only/short",
                                 "no/id/but/a/text/that"
                                 "/has/many/parts/and/is/long",
                                 "/ends/in/a/slash/and/is/longer/than"
                                 "/forty/characters/"}) {
    EXPECT_EQ(Back<std::string>(std::string_view(text)), text);
    EXPECT_EQ(Back<SharedText>(SharedText(text)), text);
  }
  EXPECT_EQ(Back<std::string>(kId), kId);
}

TEST(Packed, GivesBackInTheOrderInWhichThingsWerePut) {
  Packer out;
  out.Put(std::int64_t{-7});
  out.Put(kId);
  out.Put(SharedText("shared"));
  out.Put(std::string_view("own"));
  auto const packed = out.Done();

  Unpacker in(packed);
  std::int64_t number = 0;
  std::string id;
  SharedText shared;
  std::string own = "before";
  in.Take(number);
  in.Take(id);
  in.Take(shared);
  in.Take(own);

  EXPECT_EQ(number, -7);
  EXPECT_EQ(id, kId);
  EXPECT_EQ(shared, "shared");
  EXPECT_EQ(own, "own");
}

TEST(Packed, KeepsOfManyIdsOnceWhatComesBeforeTheName) {
  auto const before = SharedText::Kept();
  auto const id = std::string(kId);
  Packer one;
  one.Put(std::string_view(id));
  Packer other;
  other.Put(std::string_view(id + "2"));

  auto const first = one.Done();
  auto const second = other.Done();

  EXPECT_EQ(SharedText::Kept(), before + 1);
}

}  // namespace
}  // namespace adxf::model
