#include "azure/made_attachments.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Pointee;

constexpr SteadyPoint kStart{1h};

auto IsNamed(std::string const& name) { return Pointee(Field(&Attachment::name, name)); }

TEST(MadeAttachments, KeepsWhatAListThatBeganEarlierCannotHave) {
  MadeAttachments made;
  made.Note({.name = "one"}, kStart);
  made.Note({.name = "two"}, kStart + 2s);

  made.ForgetThoseBefore(kStart + 1s);

  EXPECT_THAT(*made.View(), ElementsAre(IsNamed("two")));
  made.ForgetThoseBefore(kStart + 3s);
  EXPECT_THAT(*made.View(), IsEmpty());
}

TEST(MadeAttachments, KeepsTheLastOfAName) {
  MadeAttachments made;
  made.Note({.name = "Sales", .provisioning_state = "Failed"}, kStart);
  made.Note({.name = "sales", .provisioning_state = "Succeeded"}, kStart + 2s);

  made.ForgetThoseBefore(kStart + 1s);

  EXPECT_THAT(*made.View(),
              ElementsAre(Pointee(Field(&Attachment::provisioning_state, "Succeeded"))));
}

TEST(MadeAttachments, LeavesAloneWhatWasShown) {
  MadeAttachments made;
  made.Note({.name = "one"}, kStart);
  auto const shown = made.View();

  made.Note({.name = "two"}, kStart + 1s);
  made.ForgetThoseBefore(kStart + 5s);

  EXPECT_THAT(*shown, ElementsAre(IsNamed("one")));
}

}  // namespace
}  // namespace adxf::azure
