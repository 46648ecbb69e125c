/* surveys.h - Settings > Surveys: what is asked, of whom, when. The rules: survey/survey.h. */
#pragma once
#include "http/route.h"

extern const Route desk_survey_routes[];
