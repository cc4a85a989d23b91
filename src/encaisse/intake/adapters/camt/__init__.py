"""ISO 20022 CAMT.052, .053 and .054: what the bank reports in XML, versions 1 to 13."""
