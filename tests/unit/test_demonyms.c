/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places and their people find each other by the stems that the stemmer gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/demonyms.h"
#include "text/stem.h"

/* Words that are akin, as people write them. */
static const char *const words[][3] = {
    {"afghanistan", "afghan", "afghani"},
    {"africa", "african"},
    {"albania", "albanian"},
    {"algeria", "algerian"},
    {"america", "american"},
    {"angola", "angolan"},
    {"argentina", "argentine", "argentinian"},
    {"armenia", "armenian"},
    {"asia", "asian"},
    {"australia", "australian", "aussie"},
    {"austria", "austrian"},
    {"azerbaijan", "azerbaijani", "azeri"},
    {"bahrain", "bahraini"},
    {"bangladesh", "bangladeshi"},
    {"belarus", "belarusian", "belarussian"},
    {"belgium", "belgian"},
    {"bhutan", "bhutanese"},
    {"bolivia", "bolivian"},
    {"bosnia", "bosnian"},
    {"botswana", "motswana"},
    {"brazil", "brazilian"},
    {"britain", "british", "briton"},
    {"bulgaria", "bulgarian"},
    {"burma", "burmese", "myanmar"},
    {"burundi", "burundian"},
    {"cambodia", "cambodian"},
    {"cameroon", "cameroonian"},
    {"canada", "canadian"},
    {"chad", "chadian"},
    {"chechnya", "chechen"},
    {"chile", "chilean"},
    {"china", "chinese"},
    {"colombia", "colombian"},
    {"congo", "congolese"},
    {"crimea", "crimean"},
    {"croatia", "croatian", "croat"},
    {"cuba", "cuban"},
    {"cyprus", "cypriot"},
    {"czechia", "czech"},
    {"denmark", "danish", "dane"},
    {"ecuador", "ecuadorian", "ecuadorean"},
    {"egypt", "egyptian"},
    {"emirates", "emirati"},
    {"england", "english"},
    {"eritrea", "eritrean"},
    {"estonia", "estonian"},
    {"ethiopia", "ethiopian"},
    {"europe", "european"},
    {"fiji", "fijian"},
    {"finland", "finnish", "finn"},
    {"france", "french"},
    {"gabon", "gabonese"},
    {"gambia", "gambian"},
    {"gaza", "gazan"},
    {"georgia", "georgian"},
    {"germany", "german"},
    {"ghana", "ghanaian"},
    {"greece", "greek"},
    {"greenland", "greenlandic", "greenlander"},
    {"guatemala", "guatemalan"},
    {"guinea", "guinean"},
    {"guyana", "guyanese"},
    {"haiti", "haitian"},
    {"honduras", "honduran"},
    {"hungary", "hungarian"},
    {"iceland", "icelandic", "icelander"},
    {"india", "indian"},
    {"indonesia", "indonesian"},
    {"iran", "iranian"},
    {"iraq", "iraqi"},
    {"ireland", "irish"},
    {"israel", "israeli"},
    {"italy", "italian"},
    {"jamaica", "jamaican"},
    {"japan", "japanese"},
    {"jordan", "jordanian"},
    {"kashmir", "kashmiri"},
    {"kazakhstan", "kazakh", "kazakhstani"},
    {"kenya", "kenyan"},
    {"korea", "korean"},
    {"kosovo", "kosovar", "kosovan"},
    {"kurdistan", "kurdish", "kurd"},
    {"kuwait", "kuwaiti"},
    {"kyrgyzstan", "kyrgyz"},
    {"laos", "laotian", "lao"},
    {"latvia", "latvian"},
    {"lebanon", "lebanese"},
    {"liberia", "liberian"},
    {"libya", "libyan"},
    {"lithuania", "lithuanian"},
    {"luxembourg", "luxembourger"},
    {"macedonia", "macedonian"},
    {"madagascar", "malagasy", "madagascan"},
    {"malawi", "malawian"},
    {"malaysia", "malaysian"},
    {"maldives", "maldivian"},
    {"mali", "malian"},
    {"malta", "maltese"},
    {"mauritania", "mauritanian"},
    {"mauritius", "mauritian"},
    {"mexico", "mexican"},
    {"moldova", "moldovan"},
    {"mongolia", "mongolian"},
    {"montenegro", "montenegrin"},
    {"morocco", "moroccan"},
    {"mozambique", "mozambican"},
    {"namibia", "namibian"},
    {"nepal", "nepalese", "nepali"},
    {"netherlands", "dutch", "holland"},
    {"nicaragua", "nicaraguan"},
    {"niger", "nigerien"},
    {"nigeria", "nigerian"},
    {"norway", "norwegian"},
    {"oman", "omani"},
    {"pakistan", "pakistani"},
    {"palestine", "palestinian"},
    {"panama", "panamanian"},
    {"paraguay", "paraguayan"},
    {"peru", "peruvian"},
    {"philippines", "filipino", "philippine"},
    {"poland", "polish", "pole"},
    {"portugal", "portuguese"},
    {"qatar", "qatari"},
    {"romania", "romanian"},
    {"russia", "russian"},
    {"rwanda", "rwandan"},
    {"samoa", "samoan"},
    {"scotland", "scottish", "scot"},
    {"senegal", "senegalese"},
    {"serbia", "serbian", "serb"},
    {"singapore", "singaporean"},
    {"slovakia", "slovak", "slovakian"},
    {"slovenia", "slovenian", "slovene"},
    {"somalia", "somali", "somalian"},
    {"spain", "spanish", "spaniard"},
    {"sudan", "sudanese"},
    {"suriname", "surinamese"},
    {"sweden", "swedish", "swede"},
    {"switzerland", "swiss"},
    {"syria", "syrian"},
    {"taiwan", "taiwanese"},
    {"tajikistan", "tajik"},
    {"tanzania", "tanzanian"},
    {"thailand", "thai"},
    {"tibet", "tibetan"},
    {"togo", "togolese"},
    {"tonga", "tongan"},
    {"tunisia", "tunisian"},
    {"turkey", "turkish", "turk"},
    {"turkmenistan", "turkmen"},
    {"uganda", "ugandan"},
    {"ukraine", "ukrainian"},
    {"uruguay", "uruguayan"},
    {"uzbekistan", "uzbek"},
    {"venezuela", "venezuelan"},
    {"vietnam", "vietnamese"},
    {"wales", "welsh"},
    {"yemen", "yemeni"},
    {"zambia", "zambian"},
    {"zimbabwe", "zimbabwean"},
};

static const char *
stem_of(stemmer *s, const char *word, char out[64])
{
    size_t nbytes = 0;
    const char *stem = stemmer_stem(s, word, strlen(word), 0, &nbytes);

    assert_non_null(stem);
    assert_true(nbytes < 64);
    memcpy(out, stem, nbytes);
    out[nbytes] = '\0';
    return out;
}

static bool
is_akin(const char *stem, const char *other)
{
    const char *akin[DEMONYMS_MAX];
    const size_t n = demonyms_of(stem, strlen(stem), akin);

    for (size_t i = 0; i < n; i++)
        if (strcmp(akin[i], other) == 0)
            return true;
    return false;
}

static void
places_and_people_find_each_other(void **state)
{
    stemmer *s = stemmer_new();
    char first[64];
    char second[64];

    (void)state;
    assert_non_null(s);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (size_t j = 0; j < 3 && words[i][j] != NULL; j++)
            for (size_t k = 0; k < 3 && words[i][k] != NULL; k++) {
                stem_of(s, words[i][j], first);
                stem_of(s, words[i][k], second);
                if (is_akin(first, second) != (strcmp(first, second) != 0))
                    fail_msg("%s and %s", words[i][j], words[i][k]);
            }
    stemmer_free(s);
}

static void
other_words_have_no_kin(void **state)
{
    static const char *const others[] = {"board", "peac", "", "isr", "israell", "russ", "ira"};
    const char *akin[DEMONYMS_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(demonyms_of(others[i], strlen(others[i]), akin), 0);
    assert_int_equal(demonyms_of("israelites", 6, akin), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_and_people_find_each_other),
        cmocka_unit_test(other_words_have_no_kin),
    };

    return cmocka_run_group_tests_name("demonyms", tests, NULL, NULL);
}
