#include "model/principal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace adxf::model {
namespace {

constexpr std::string_view kGuid = "cccccccc-0000-0000-0000-000000000001";
constexpr std::string_view kTenant = "aaaaaaaa-0000-0000-0000-000000000001";

std::string With(std::string_view kind, std::string_view id, std::string_view tenant = "") {
  std::string text = std::string(kind) + "=" + std::string(id);
  return tenant.empty() ? text : text + ";" + std::string(tenant);
}

TEST(Principal, TakesATextApart) {
  auto const app = Principal::Parse(With("AADApp", kGuid, kTenant)).value();

  EXPECT_EQ(app.Kind(), PrincipalKind::kApp);
  EXPECT_EQ(app.Id(), kGuid);
  EXPECT_EQ(app.Tenant(), kTenant);
  EXPECT_EQ(app.ToFqn(), With("aadapp", kGuid, kTenant));
}

TEST(Principal, AcceptsEveryDocumentedForm) {
  for (std::string const& text :
       {With("aaduser", "ana@contoso.com"), With("aaduser", "o'brien@contoso.com"),
        With("aaduser", kGuid), With("aaduser", kGuid, kTenant),
        With("aadgroup", "analysts@contoso.com"), With("aadgroup", kGuid, kTenant),
        With("aadgroup", "All Analysts", "contoso.com"), With("aadapp", kGuid, kTenant),
        With("msauser", "a@outlook.com")}) {
    auto const principal = Principal::Parse(text);
    ASSERT_TRUE(principal) << text;
    EXPECT_EQ(principal->ToFqn(), text);
  }
}

TEST(Principal, IsResolvedWhenNothingIsLeftToLookUp) {
  EXPECT_TRUE(Principal::Parse(With("aaduser", kGuid, kTenant))->IsResolved());
  EXPECT_FALSE(Principal::Parse(With("aaduser", kGuid))->IsResolved());
  EXPECT_FALSE(Principal::Parse(With("aadapp", kGuid, "contoso.com"))->IsResolved());
  EXPECT_FALSE(Principal::Parse(With("aaduser", "ana@contoso.com", kTenant))->IsResolved());
}

TEST(Principal, ComparesWithoutRegardToCase) {
  EXPECT_EQ(*Principal::Parse("aaduser=Ana@Contoso.com"),
            *Principal::Parse("AADUser=ana@contoso.COM"));
  EXPECT_NE(*Principal::Parse("aaduser=ana@contoso.com"),
            *Principal::Parse("aadgroup=ana@contoso.com"));
}

TEST(Principal, RefusesWhatKustoWouldNotUnderstand) {
  for (std::string const& text :
       {std::string(), std::string("ana@contoso.com"), With("user", "a"), With("aaduser", ""),
        With("aaduser", " a"), With("aaduser", "a "), With("aaduser", "a;b", "c"),
        std::string("aaduser=a;"), With("aaduser", "a", "b c"), With("aaduser", "\"a\""),
        With("aaduser", "a\\b"), With("aaduser", "a\nb"), With("aadapp", kGuid),
        With("aadgroup", kGuid), With("msauser", "a@b.c", kTenant), With("msauser", "a")}) {
    auto const principal = Principal::Parse(text);
    ASSERT_FALSE(principal) << text;
    EXPECT_EQ(principal.error().code, Code::kInvalid);
  }
}

TEST(Principal, ARefusalNeverCarriesControlCharacters) {
  auto const principal = Principal::Parse("aaduser=a\nlevel=error");

  ASSERT_FALSE(principal);
  EXPECT_EQ(principal.error().message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace adxf::model
