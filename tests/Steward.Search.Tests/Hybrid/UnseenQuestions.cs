namespace Steward.Search.Tests.Hybrid;

/// <summary>
/// An invented swimming pool, written after the calibration to see what it is worth elsewhere: 17 of 20 answerable questions passed and
/// none of the others. Since then one general word ("time") was learnt from it; nothing else was.
/// </summary>
internal static class UnseenQuestions
{
    public static readonly (string Title, string Text)[] Passages =
    [
        ("Admission", "Admission is 6 euros for adults and 3.50 euros for children under 16. A family ticket for two adults and up to three children is 16 euros."),
        ("Season pass", "A season pass costs 120 euros and is valid from May to September. It is personal and needs a photo."),
        ("Hours", "The pool opens daily at 7 am and closes at 9 pm. The last admission is at 8 pm."),
        ("Swimming lessons", "Lessons for beginners take place on Tuesday and Thursday at 5 pm. A course has ten lessons and costs 95 euros."),
        ("Sauna", "The sauna is open from 12 noon to 9 pm. Wednesday is reserved for women. Towels can be borrowed for 4 euros."),
        ("Lockers", "Lockers work with a 2 euro coin, which you get back. Lockers are emptied every evening."),
        ("Rules", "Glass bottles and barbecues are forbidden on the lawn. Diving from the side is not permitted."),
        ("Water", "The water in the large pool is 26 degrees. The paddling pool is heated to 32 degrees."),
        ("Accessibility", "A lift takes wheelchair users into the water. Please ring at the entrance for help."),
        ("Lost property", "Lost items are kept at the ticket desk for four weeks and then given to the city."),
        ("Cafe", "The cafe sells ice cream, chips and salads. It closes half an hour before the pool."),
        ("Birthday parties", "Birthday parties for up to twelve children can be booked for Saturday afternoons. The price is 14 euros per child with a meal."),
    ];

    public static readonly string[] Answerable =
    [
        "How much is admission?", "What does a ticket for children cost?", "Is there a family ticket?", "How much is the season pass?",
        "When does the pool open?", "What time do you close?", "When are the lessons for beginners?", "What does a swimming course cost?",
        "When is the sauna open?", "Can I borrow a towel?", "Do I need a coin for the locker?", "Are glass bottles allowed?",
        "How warm is the water?", "Is there a lift for wheelchairs?", "I lost my goggles, where are lost items kept?", "Do you sell ice cream?",
        "Can we book a birthday party?", "How many children can come to a birthday party?", "Is diving permitted?", "Can I barbecue on the lawn?",
    ];

    public static readonly string[] Unanswerable =
    [
        "Do you have a slide?", "How deep is the pool?", "Is there a gym?", "Can I bring my own umbrella?",
        "Do pensioners get a reduction?", "How much does the season pass cost for dogs?", "Are there lessons for triathletes?", "Is the sauna mixed on Fridays?",
        "Do you sell swimsuits?", "Can I pay by credit card?", "Is there parking?", "How hot is the sauna?",
        "Does the cafe serve beer?", "Can I rent the pool for a wedding?", "Is there a lifeguard on duty?", "Are inflatable toys allowed?",
        "How much chlorine is in the water?", "Can I book a massage?", "Do you have a whirlpool?", "Which bus goes to the pool?",
    ];
}
