namespace Steward.Search.Tests.Hybrid;

/// <summary>An invented home-appliance shop: the second set the answerability was calibrated on.</summary>
internal static class ShopQuestions
{
    public static readonly (string Title, string Text)[] Passages =
    [
        ("Delivery times", "Orders are delivered within three working days. Large appliances such as washing machines take up to seven days."),
        ("Delivery cost", "Delivery is free for orders over 50 euros. Below that we charge 4.90 euros."),
        ("Installation", "Our technicians connect washing machines and dishwashers for 39 euros. Gas cookers are not installed by us."),
        ("Returns", "You may return any product within 30 days. The product must be unused and in its original packaging."),
        ("Return costs", "Return labels are free inside the country. From abroad you pay the postage yourself."),
        ("Guarantee", "All appliances have a guarantee of two years. It can be extended to five years for 79 euros."),
        ("Disposal of old appliances", "When we deliver a new appliance we take the old one away free of charge."),
        ("Paying in instalments", "From 200 euros you can pay in 6, 12 or 24 monthly instalments. The interest rate is 5.9 percent."),
        ("Order tracking", "You receive a tracking link by email as soon as the parcel leaves our warehouse."),
        ("Business customers", "Business customers get an invoice without VAT if they enter their VAT number at checkout."),
        ("Coffee machine X200", "The X200 makes espresso and cappuccino. Its water tank holds 1.8 litres and it needs descaling every two months."),
        ("Vacuum cleaner V50", "The V50 works for 45 minutes on one battery charge. Filters should be washed once a month."),
        ("Spare parts", "Spare parts are kept in stock for ten years. Order them with the serial number on the back of the appliance."),
        ("Support line", "Our support line is staffed from 8 am to 8 pm on weekdays: 0800 555 020."),
    ];

    public static readonly string[] Answerable =
    [
        "How long does delivery take?", "Is delivery free?", "How many days until my washing machine is delivered?", "Can you connect my dishwasher?",
        "What does installation of a washing machine cost?", "Can I return a product?", "How many days do I have to return something?",
        "Who pays for the return label?", "How long is the guarantee?", "Can I extend the guarantee?", "Do you take my old appliance away?",
        "Can I pay in instalments?", "What is the interest rate for instalments?", "How do I track my order?", "How large is the water tank of the X200?",
        "How often does the X200 need descaling?", "How long does the battery of the V50 last?", "How often should I wash the filter?",
        "Where do I find the serial number?", "When can I call support?",
    ];

    public static readonly string[] Unanswerable =
    [
        "Do you deliver on Sundays?", "Do you sell televisions?", "Can you install a gas boiler?", "Does the X300 make espresso?",
        "How loud is the V50?", "Which colours does the X200 come in?", "Can I pay with a gift card?", "Do you rent appliances?",
        "How much does the X200 weigh?", "Is there a shop in Vienna?", "Can I pick up my order myself?", "What is the warranty of the V70?",
        "Do you have a student discount?", "Can I speak to the manager?", "Do you repair laptops?", "Can the X200 make tea?",
        "What is the energy class of the dishwasher?", "Do you price match?", "How do I become a supplier?", "Is the V50 good for pet hair?",
    ];
}
