#include "kinds/follower_database/takers.hpp"

#include <gmock/gmock.h>

#include <string>

namespace adxf::follower_database {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Object = std::shared_ptr<FollowerDatabase const>;

Object Taking(std::string const& name, std::string const& invitation) {
  FollowerDatabase object;
  object.metadata.name = name;
  object.metadata.name_space = "team-a";
  object.spec.source.share.emplace().invitation_ref = InvitationRef{.name = invitation};
  return std::make_shared<FollowerDatabase const>(object);
}

kube::ObjectKey Key(std::string const& name) { return {.ns = "team-a", .name = name}; }

void Note(Takers& takers, Object const& before, Object const& after) {
  takers.Note({.key = runtime::KeyOf(after ? *after : *before), .before = before, .after = after});
}

TEST(Takers, AreThoseThatNameTheInvitationInTheirNamespace) {
  Takers takers;
  Note(takers, nullptr, Taking("b", "sales"));
  Note(takers, nullptr, Taking("a", "sales"));
  Note(takers, nullptr, Taking("c", "others"));
  Note(takers, nullptr, std::make_shared<FollowerDatabase const>());

  EXPECT_THAT(takers.Of(Key("sales")), ElementsAre(Key("a"), Key("b")));
  EXPECT_THAT(takers.Of({.ns = "team-b", .name = "sales"}), IsEmpty());
}

TEST(Takers, ForgetWhoIsGoneOrTakesAnother) {
  Takers takers;
  Note(takers, nullptr, Taking("a", "sales"));
  Note(takers, nullptr, Taking("b", "sales"));

  Note(takers, Taking("a", "sales"), nullptr);
  Note(takers, Taking("b", "sales"), Taking("b", "others"));

  EXPECT_THAT(takers.Of(Key("sales")), IsEmpty());
  EXPECT_THAT(takers.Of(Key("others")), ElementsAre(Key("b")));
}

TEST(Takers, StayWhenTheObjectChangesOtherwise) {
  Takers takers;
  Note(takers, nullptr, Taking("a", "sales"));

  Note(takers, Taking("a", "sales"), Taking("a", "sales"));

  EXPECT_THAT(takers.Of(Key("sales")), ElementsAre(Key("a")));
}

}  // namespace
}  // namespace adxf::follower_database
